"""The rows of pledges, post duties, model posts, volunteering and opinions, in the village of the left columns.

The secretary pledged; the citizen claimed the post of duty; the cadre proposed the model counter.
"""

from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

from sqlmodel import select

from chassis.tables import new_id
from services.tasks.attachments.model import Attachment
from services.tasks.roster.model import Organization, Post
from services.tasks.volunteering.model import VolunteerService
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY, VILLAGE

ABOVE = "cadre supervisor operator"
RUN = f"secretary {ABOVE}"
HERE = {"division_code": VILLAGE}
DAYS = {"from_on": "2026-11-16", "to_on": "2026-12-31"}
PLEDGE = {"words": "年底前修好村口的路"} | DAYS
DUTY = {"title": "卫生监督岗", "duties": "每周巡查一次", "places": 3} | DAYS
MODEL = {
    "organization_id": "{branch}",
    "kind": "counter",
    "title": "{title}",
    "reason": "办事快",
    "to_on": "2027-11-16",
}
SERVICE = {
    "title": "义务清河",
    "what": "清理河道",
    "places": 20,
    "from_at": "2026-11-20T09:00:00+08:00",
    "to_at": "2026-11-20T11:00:00+08:00",
}

ROWS: list[Row] = [
    everybody("GET /pledges/public", "who reads what was pledged", 200, query=HERE),
    everybody("GET /pledges/public/{pledge_id}", "the same", 200, about={"pledge_id": "published_pledge"}),
    signed_in("GET /pledges", "one's own, drafts too", shows=("pledge_id", "secretary")),
    signed_in(
        "GET /pledges",
        "published ones of the organisations that one's posts reach",
        query={"whose": "below"},
        shows=("published_pledge", f"{RUN} auditor"),
    ),
    Row(
        "POST /pledges",
        "the holder of the post",
        403,
        {201: "secretary"},
        body={"post_id": "{pledging_post}"} | PLEDGE,
    ),
    signed_in("GET /pledges/sheet", "as the list"),
    Row("GET /pledges/{pledge_id}", "a draft: whose it is", 404, {200: "secretary"}),
    Row("POST /pledges/{pledge_id}/publication", "whose draft it is", 404, {200: "secretary"}),
    Row("POST /pledges/{pledge_id}/withdrawal", "whose draft it is", 404, {200: "secretary"}),
    Row(
        "POST /pledges/{pledge_id}/report",
        "who pledged",
        403,
        {200: "secretary"},
        about={"pledge_id": "published_pledge"},
        body={"evidence": ["{pledge_file}"]},
    ),
    Row(
        "POST /pledges/{pledge_id}/finding",
        "those above the organisation",
        403,
        {200: ABOVE},
        about={"pledge_id": "reported"},
        body={"kept": True, "reason": "已到现场看过"},
    ),
    signed_in("GET /post-duties", "every person", query=HERE),
    signed_in("GET /post-duty-claims", "one's own", shows=("claim_id", "citizen")),
    Row(
        "POST /post-duties",
        "who answers for the organisation, and those above it",
        403,
        {201: RUN},
        body={"organization_id": "{branch}"} | DUTY,
    ),
    signed_in("GET /post-duties/{post_duty_id}", "every person; the claims those who run it"),
    Row("POST /post-duties/{post_duty_id}/end", "those who run it", 403, {200: RUN}),
    Row("POST /post-duties/{post_duty_id}/claims", "every person", 201),
    Row(
        "POST /post-duty-claims/{claim_id}/decision",
        "those who run it, and never who claimed",
        404,
        {200: RUN, 403: "citizen"},
        body={"agreed": True},
    ),
    Row(
        "POST /post-duty-claims/{claim_id}/end",
        "who claimed, and those who run it",
        404,
        {200: f"citizen {RUN}"},
        body={},
    ),
    everybody("GET /model-posts", "who reads which are models", 200, query=HERE),
    everybody("GET /model-posts/{model_id}", "the same", 200),
    Row("POST /model-posts", "those above the organisation; another confirms", 403, {202: ABOVE}, body=MODEL),
    Row("POST /model-posts/{model_id}/revocation", "those above", 403, {200: ABOVE}, body={"words": "多次差评"}),
    Row("POST /volunteers", "every person", 201, body=HERE),
    Row("POST /volunteer-services/{service_id}/sign-up", "every volunteer", 200),
    Row("POST /volunteers/end", "every volunteer", 200),
    Row("POST /volunteer-services/{service_id}/stepping-back", "who signed up; there is none", 409),
    everybody("GET /volunteer-services", "who reads what is announced", 200, query=HERE),
    signed_in("GET /volunteer-services/mine", "one's own"),
    everybody("GET /volunteer-services/{service_id}", "who reads what is announced", 200),
    Row(
        "POST /volunteer-services",
        "who answers for the organisation, and those above it",
        403,
        {201: RUN},
        body={"organization_id": "{branch}"} | SERVICE,
    ),
    Row(
        "POST /volunteer-services/{service_id}/done",
        "those who run it, with files of their own",
        403,
        {200: "secretary", 422: ABOVE},
        about={"service_id": "begun"},
        body={"took_part": 12, "evidence": ["{pledge_file}"]},
    ),
    Row(
        "POST /volunteer-services/{service_id}/cancellation",
        "those who run it",
        403,
        {200: RUN},
        body={"words": "下雨"},
    ),
    Row(
        "POST /opinions",
        "every person, and not about what is their own",
        201,
        {403: "secretary"},
        body={"about": "pledge", "about_id": "{published_pledge}", "opinion": "satisfied"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Fresh things of the village's branch."""
    named = _named(there)
    branch, pledging_post, title, file = (named[one] for one in ("branch", "pledging_post", "title", "pledge_file"))

    async def done(path: str, by: str, **body: object) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def pledge_id() -> str:
        return str((await done("/pledges", "secretary", post_id=await pledging_post(), **PLEDGE))["id"])

    async def published_pledge() -> str:
        found = await pledge_id()
        await done(f"/pledges/{found}/publication", "secretary")
        return found

    async def reported() -> str:
        found = await published_pledge()
        await done(f"/pledges/{found}/report", "secretary", evidence=[await file()])
        return found

    async def post_duty_id() -> str:
        return str((await done("/post-duties", "secretary", organization_id=await branch(), **DUTY))["id"])

    async def claim_id() -> str:
        return str((await done(f"/post-duties/{await post_duty_id()}/claims", "citizen"))["id"])

    async def model_id() -> str:
        body = MODEL | {"organization_id": await branch(), "title": await title()}
        made = await done("/model-posts", "cadre", **body)
        await done(f"/proposals/{made['proposal_id']}/confirmation", "operator")
        return str(made["id"])

    async def service_id() -> str:
        return str((await done("/volunteer-services", "secretary", organization_id=await branch(), **SERVICE))["id"])

    async def begun() -> str:
        found = await service_id()
        async with there.stand.mounted.sessions() as session:
            service = await session.get(VolunteerService, UUID(found), lock=True)
            assert service is not None
            service.from_at = MONDAY - timedelta(hours=1)
        return found

    made = (pledge_id, published_pledge, reported, post_duty_id, claim_id, model_id, service_id, begun)
    return named | {maker.__name__: maker for maker in made}


def _named(there: County) -> dict[str, Maker]:
    """What bodies name."""
    numbers = count(1)

    async def branch() -> str:
        async with there.stand.mounted.sessions() as session:
            found = await session.all(select(Organization))
        return str(next(one.id for one in found if one.division_code == VILLAGE and one.tier == "branch"))

    async def pledging_post() -> str:
        async with there.stand.mounted.sessions() as session:
            posts = await session.all(select(Post))
        return str(next(one.id for one in posts if one.person_id == there.people["secretary"]))

    async def title() -> str:
        return f"示范窗口{next(numbers)}"

    async def pledge_file() -> str:
        attachment_id = new_id()
        async with there.stand.mounted.sessions() as session:
            session.add(_file(attachment_id, there.people["secretary"]))
        return str(attachment_id)

    return {maker.__name__: maker for maker in (branch, pledging_post, title, pledge_file)}


def _file(attachment_id: UUID, owner_id: UUID) -> Attachment:
    return Attachment(
        id=attachment_id,
        owner_id=owner_id,
        request_id=None,
        key=None,
        media_type="application/pdf",
        size=1,
        digest=uuid4().bytes,
        at=MONDAY,
        arrived_at=MONDAY,
    )
