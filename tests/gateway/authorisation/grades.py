"""The rows of vetoes, reviews with grades, and appeals against results: at the township of the left columns."""

from itertools import count

from sqlmodel import select

from services.feedback.grades.model import Review, ReviewSubject
from tests.feedback import facts
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker

ABOVE = "cadre supervisor operator"
SEEN_FROM_ABOVE = f"{ABOVE} auditor"
BRANCH = str(facts.organization_id("D-1-1"))
TOWNSHIP = str(facts.organization_id("D-1"))
SAID: dict[str, object] = {"words": "已核实"}
GROUNDS = [{"kind": "report", "id": "{report_id}"}]
VOTES: dict[str, object] = {"excellent": 5, "competent": 5, "basically_competent": 0, "not_competent": 0}

ROWS: list[Row] = [
    signed_in("GET /veto-items", "the list as it holds today"),
    Row(
        "POST /vetoes",
        "those in charge above the unit; a second person confirms",
        403,
        {201: ABOVE},
        body={
            "organization_id": BRANCH,
            "year": 2023,
            "item_code": "false_record",
            "grounds": GROUNDS,
            "words": "核实",
        },
    ),
    signed_in(
        "GET /vetoes", "of units below one's posts; of one's own unit once confirmed", shows=("veto", SEEN_FROM_ABOVE)
    ),
    Row(
        "POST /reviews",
        "those in charge at the level or above",
        403,
        {201: ABOVE},
        body={"organization_id": TOWNSHIP, "kind": "units", "year": "{free_year}"},
    ),
    signed_in("GET /reviews", "of levels whose work one sees", shows=("review_id", SEEN_FROM_ABOVE)),
    Row("GET /reviews/{review_id}", "who sees the work of the level", 404, {200: SEEN_FROM_ABOVE}),
    Row(
        "POST /reviews/{review_id}/grades",
        "those in charge at the level or above, all grades at once; a second person confirms",
        404,
        {422: ABOVE, 403: "auditor"},
        body={"grades": [{"subject_id": "{subject_id}", "grade": "competent", "grounds": GROUNDS, "words": "见记录"}]},
    ),
    Row(
        "POST /review-subjects/{subject_id}/report",
        "the secretary of the unit, or the person",
        404,
        {200: "secretary", 403: SEEN_FROM_ABOVE},
        body=SAID,
    ),
    Row(
        "POST /review-subjects/{subject_id}/comment",
        "those in charge at the level or above",
        404,
        {200: ABOVE, 403: "secretary auditor"},
        body=SAID,
    ),
    Row(
        "POST /review-subjects/{subject_id}/votes",
        "as the comment; two of them",
        404,
        {200: ABOVE, 403: "secretary auditor"},
        body=VOTES | {"entitled": 12},
    ),
    signed_in(
        "GET /me/grades", "one's own, and those of the unit that one speaks for", shows=("subject_id", "secretary")
    ),
    everybody(
        "GET /unit-grades", "who wants to know how units are graded", 200, query={"at": TOWNSHIP, "year": "2023"}
    ),
    Row(
        "POST /result-appeals",
        "whom the result is about; of a unit, its secretary",
        404,
        {201: "secretary", 403: SEEN_FROM_ABOVE},
        body={"kind": "report", "about_id": "{report_id}", "words": "漏了一件"},
    ),
    signed_in(
        "GET /result-appeals",
        "one's own, and those of units below one's posts",
        shows=("result_appeal_id", f"secretary {SEEN_FROM_ABOVE}"),
    ),
    Row(
        "POST /result-appeals/{result_appeal_id}/decision",
        "those in charge one level higher who had no part in it; a second person confirms",
        404,
        {200: "operator", 403: "secretary cadre supervisor auditor"},
        body={"upheld": False, "words": "核对无误"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """A review of a year with the branch in it, a veto, and an appeal against a report."""
    years = count()

    async def done(path: str, by: str, **body: object) -> dict[str, object]:
        filled = await there.filled(body)
        assert isinstance(filled, dict)
        answer = await there.stand.post(path, by=there.people[by], **filled)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def free_year() -> str:
        """One of the last years, no review of which is there any more: a level has one of each kind."""
        async with there.stand.mounted.sessions() as session:
            for subject in await session.all(select(ReviewSubject).with_for_update()):
                session.delete(subject)
            await session.flush()
            for review in await session.all(select(Review).with_for_update()):
                session.delete(review)
        return str(2020 + next(years) % 5)

    async def review_id() -> str:
        body = {"organization_id": TOWNSHIP, "kind": "units", "year": await free_year()}
        made = await done("/reviews", "cadre", **body)
        assert isinstance(made["review"], dict)
        return str(made["review"]["id"])

    async def subject_id() -> str:
        review = await there.thing("review_id")
        shown = (await there.stand.get(f"/reviews/{review}", by=there.people["cadre"])).json()
        return next(str(one["id"]) for one in shown["subjects"] if one["organization_id"] == BRANCH)

    async def veto() -> str:
        body = {"organization_id": BRANCH, "year": 2023, "item_code": "false_record", "words": "核实"}
        return str((await done("/vetoes", "cadre", **body, grounds=GROUNDS))["id"])

    async def result_appeal_id() -> str:
        body = {"kind": "report", "about_id": await there.makers["report_id"](), "words": "漏了一件"}
        return str((await done("/result-appeals", "secretary", **body))["id"])

    named = (free_year, review_id, subject_id, veto, result_appeal_id)
    return {maker.__name__: maker for maker in named}
