"""`lianxin search rebuild`."""

import typer

from profiles.options import HOME, Home, run

app = typer.Typer(no_args_is_help=True, help="事项文字的检索索引。")


@app.callback()
def search() -> None:
    """事项文字的检索索引。"""


@app.command()
def rebuild(home: Home = HOME) -> None:
    """Make the index of words anew from the sealed words, while the service runs. 重建检索索引；中断后重新运行即可。"""
    from profiles.attached import attached
    from services.tasks.search.actions import Rebuilt
    from services.tasks.search.actions import rebuild as make_anew

    async def main() -> Rebuilt:
        done = Rebuilt()
        async with attached("tasks", home) as mounted:
            async for done in make_anew(mounted.sessions):
                if done.cases % 10_000 == 0:
                    typer.echo(f"已核对 {done.cases:,} 件……")
        return done

    done = run(main())
    typer.echo(f"已核对 {done.cases:,} 件事项，补建或更正 {done.changed:,} 条索引。")
