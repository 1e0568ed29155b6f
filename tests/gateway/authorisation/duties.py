"""The rows of the duty lists, and fresh versions of one to try them on."""

from datetime import timedelta
from itertools import count

from services.tasks.duties.actions import import_duties, known
from tests.gateway.authorisation.columns import SIGNED_IN, Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY, TOWNSHIP
from tests.tasks.duties.lists import checked, duty

KEEP = "cadre supervisor operator"
_OTHERS = " ".join(column for column in SIGNED_IN if column.partition("/")[0] not in {"operator", "client"})

ROWS: list[Row] = [
    signed_in(
        "GET /duties",
        "every person: the list in force is public",
        query={"township_code": TOWNSHIP},
        shows=("entry_id", f"{_OTHERS} operator"),
    ),
    signed_in("GET /duties/lists", "every person; drafts those who keep the list", query={"township_code": TOWNSHIP}),
    signed_in("GET /duties/{entry_id}", "every person, where its version is in force"),
    Row(
        "POST /duties/lists/{list_id}/in-force",
        "the county's operator; a draft is there for those who keep the list",
        404,
        {200: "operator", 403: "cadre supervisor"},
    ),
    Row(
        "POST /duties/lists/{list_id}/draft",
        "the county's operator",
        403,
        {200: "operator"},
        about={"list_id": "list_ahead"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """A draft, and a version whose first day lies ahead; each on a later day than those before."""
    later = count(1)

    async def list_id() -> str:
        from_on = MONDAY.date() + timedelta(days=next(later))
        async with there.stand.mounted.sessions() as session:
            found = checked([duty(1, "便民服务")], known=await known(session, TOWNSHIP))
            await import_duties(session, found, township_code=TOWNSHIP, from_on=from_on, title="清单")
        query = {"township_code": TOWNSHIP}
        shown = await there.stand.get("/duties/lists", by=there.people["operator"], **query)
        return str(shown.json()["items"][0]["id"])

    async def list_ahead() -> str:
        draft = await list_id()
        done = await there.stand.post(f"/duties/lists/{draft}/in-force", by=there.people["operator"])
        assert done.status_code == 200, done.text
        return draft

    return {"list_id": list_id, "list_ahead": list_ahead}
