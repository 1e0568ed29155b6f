"""`lianxin export person`: everything that is held about one person, from every service."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import orjson
import typer

from profiles.options import HOME, Home, run

app = typer.Typer(no_args_is_help=True, help="导出系统中的信息。")


@app.callback()
def exports() -> None:
    """Take out what is held here. 导出系统中的信息。"""


@app.command()
def person(
    person_id: Annotated[UUID, typer.Argument(help="本人的编号")],
    to: Annotated[Path, typer.Option("--to", help="写入这个目录：编号.json 和 编号.html")],
    home: Home = HOME,
) -> None:
    """Write all that is held about a person as data and as a page, for them alone. 导出某人的全部信息。"""
    from chassis import audit
    from chassis.exports import Export, Holdings, page
    from profiles.attached import every_service
    from profiles.vault import ring_reader

    async def work() -> list[Export]:
        found: list[Export] = []
        async with every_service(home, ring=ring_reader(home)) as services:
            for service in services:
                async with service.sessions() as session:
                    found.append(await session.use(Holdings).about(session, person_id))
                    audit.record(session, actor_id=None, action="export_person", about=person_id)
        return found

    found = run(work())
    to.mkdir(parents=True, exist_ok=True)
    data, text = to / f"{person_id}.json", to / f"{person_id}.html"
    for path, content in (
        (data, orjson.dumps([one.model_dump(mode="json") for one in found])),
        (text, page(found).encode()),
    ):
        path.touch(mode=0o600)
        path.write_bytes(content)
    count = sum(len(section.rows) for one in found for section in one.sections)
    typer.echo(f"共 {count} 条，已写入 {data} 和 {text}。文件含身份信息：交给本人后请删除。")
