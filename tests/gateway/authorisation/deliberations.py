"""The rows of what villages decide and hear, in that of the left columns; the secretary keeps its matters."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from chassis.clock import local_date
from services.feedback.deliberations.model import Deliberation, DeliberationStage
from services.feedback.hearings.model import Hearing, HearingStage
from tests.feedback import facts
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY

IN_CHARGE = "secretary cadre supervisor operator"
REACHED = f"{IN_CHARGE} guide auditor"
LOOK_ON = "guide auditor"
HERE = {"code": facts.VILLAGE}
WORDS = {"words": "全体代表同意，年底前完成。"}
CARRIER = {"carrier_post_id": "{carrier_post}", "carry_out_by": "2027-06-30"}
MATTER = {"division_code": facts.VILLAGE, "kind": "decision", "title": "硬化村组道路"} | WORDS | CARRIER
MEETING = {
    "kind": "decision.branch",
    "meets_at": MONDAY.isoformat(),
    "place": "村部",
    "agenda": "修路",
    "entitled": 5,
    "entitled_on": local_date(MONDAY).isoformat(),
}
HEARING = {
    "division_code": facts.VILLAGE,
    "title": "卫生费怎么收",
    "meets_at": (MONDAY + timedelta(days=10)).isoformat(),
    "place": "村部",
    "seats": 5,
    "answer_post_id": "{carrier_post}",
} | WORDS
COUNTS = {
    "attended": 5,
    "in_favour": 5,
    "against": 0,
    "abstained": 0,
    "minutes_title": "会议记录",
    "minutes_digest": "ab" * 32,
}


def kept(route: str, who: str, code: int = 200, **said: object) -> Row:
    """A change by those in charge of the village; those who only look on are told so."""
    return Row(route, who, 404, {code: IN_CHARGE, 403: LOOK_ON}, **said)  # type: ignore[arg-type]


ROWS: list[Row] = [
    Row("POST /deliberations", "who is in charge of the village", 403, {201: IN_CHARGE}, body=MATTER),
    Row(
        "GET /deliberations",
        "whose posts reach the area",
        403,
        {200: REACHED},
        query=HERE,
        shows=("matter_id", REACHED),
    ),
    Row("GET /deliberations/sheet", "as the list", 403, {200: REACHED}, query=HERE),
    signed_in("GET /deliberations/rules", "what each meeting needs"),
    Row("GET /deliberations/{matter_id}", "as the list", 404, {200: REACHED}),
    kept(
        "POST /deliberations/{matter_id}/versions",
        "who is in charge, once it was not carried",
        201,
        body=WORDS | CARRIER,
        about={"matter_id": "rejected_matter"},
    ),
    kept("POST /deliberations/{matter_id}/ending", "who is in charge", body={"reason": "withdrawn"}),
    kept(
        "POST /deliberations/{matter_id}/carrier",
        "who is in charge, once nobody has it",
        body=CARRIER,
        about={"matter_id": "idle_matter"},
    ),
    kept("POST /deliberations/{matter_id}/meetings", "who is in charge", 201, body=MEETING),
    kept("POST /deliberations/meetings/{meeting_id}/record", "who is in charge", body=COUNTS),
    kept("POST /deliberations/meetings/{meeting_id}/calling-off", "who is in charge"),
    *(
        Row(
            f"POST /deliberations/meetings/{{meeting_id}}/{move}",
            "another in charge than who recorded it",
            404,
            {200: "cadre supervisor operator", 403: f"secretary {LOOK_ON}"},
            about={"meeting_id": "recorded_meeting"},
        )
        for move in ("confirmation", "return")
    ),
    kept(
        "POST /deliberations/{matter_id}/notices",
        "who is in charge",
        201,
        body=WORDS | CARRIER | {"kind": "resolution"},
        about={"matter_id": "resolved_matter"},
    ),
    Row(
        "POST /deliberations/{matter_id}/objections",
        "who is signed in",
        201,
        body=WORDS,
        about={"matter_id": "posted_matter"},
    ),
    Row(
        "GET /deliberations/{matter_id}/objections",
        "whose posts reach the village",
        404,
        {200: REACHED},
        about={"matter_id": "posted_matter"},
    ),
    signed_in("GET /deliberations/objections/mine", "one's own", shows=("notice_objection", "citizen")),
    Row(
        "POST /deliberations/objections/{objection_id}/answer",
        "another in charge than who published",
        404,
        {200: "cadre supervisor operator", 403: f"secretary {LOOK_ON}"},
        body=WORDS | {"upheld": False},
        about={"objection_id": "notice_objection"},
    ),
    Row("POST /hearings", "who is in charge of the village", 403, {201: IN_CHARGE}, body=HEARING),
    everybody("GET /hearings", "who wants to know what is heard", 200, query=HERE),
    everybody("GET /hearings/{hearing_id}", "as the list", 200),
    Row("GET /hearings/{hearing_id}/work", "whose posts reach the village", 404, {200: REACHED}),
    Row("POST /hearings/{hearing_id}/participants", "who is signed in", 201, body={"part": "household"}),
    Row("POST /hearings/{hearing_id}/questions", "who is signed in", 201, body={"words": "五保户收不收？"}),
    kept("POST /hearings/{hearing_id}/seating", "who is in charge"),
    kept("POST /hearings/{hearing_id}/calling-off", "who is in charge"),
    kept(
        "POST /hearings/{hearing_id}/record",
        "who is in charge",
        body={"attended": 0, "questions": []},
        about={"hearing_id": "seated_hearing"},
    ),
    kept(
        "POST /hearings/{hearing_id}/decision",
        "who is in charge",
        body=WORDS | {"responses": []},
        about={"hearing_id": "held_hearing"},
    ),
    Row(
        "POST /hearings/questions/{question_id}/answer",
        "the holder of the post that was named, and nobody else",
        404,
        {403: REACHED},
        body=WORDS,
        about={"question_id": "hearing_question"},
    ),
    everybody("GET /village-decisions", "who wants to know what a village resolved", 200, query=HERE),
    everybody("GET /village-decisions/meetings", "who is to come", 200, query=HERE),
    everybody("GET /village-decisions/{matter_id}", "as the list", 200, about={"matter_id": "posted_matter"}),
]


def makers(there: County) -> dict[str, Maker]:
    """Fresh matters, meetings and objections of the village."""
    stand, people, carrier = there.stand, there.people, there.things["carrier_post"]

    async def made(path: str, by: str = "secretary", **body: object) -> str:
        answer = await stand.post(path, by=people[by], **body)
        assert answer.status_code < 300, answer.text
        said = answer.json()
        return str(said.get("id") or said.get("matter", said.get("hearing"))["id"])

    async def matter() -> str:
        return await made("/deliberations", **MATTER | {"carrier_post_id": carrier})

    async def at(stage: DeliberationStage) -> str:
        """A matter that has come so far; nobody has what is to be carried out."""
        found = await matter()
        async with stand.mounted.sessions() as session:
            row = await session.get(Deliberation, UUID(found), lock=True)
            assert row is not None
            row.stage, row.followed_at = stage, MONDAY - timedelta(days=1)
            row.year, row.number = 2026, int(row.id) % 2**31
        return found

    async def posted() -> str:
        found = await at(DeliberationStage.RESOLVED)
        await made(f"/deliberations/{found}/notices", kind="resolution", **WORDS)
        return found

    async def meeting() -> str:
        return await made(f"/deliberations/{await matter()}/meetings", **MEETING)

    async def recorded() -> str:
        return await made(f"/deliberations/meetings/{await meeting()}/record", **COUNTS)

    async def objection() -> str:
        return await made(f"/deliberations/{await posted()}/objections", by="citizen", **WORDS)

    async def hearing() -> str:
        return await made("/hearings", **HEARING | {"answer_post_id": carrier})

    async def hearing_at(stage: HearingStage) -> str:
        """A hearing that has come so far, whose time was this morning."""
        found = await hearing()
        async with stand.mounted.sessions() as session:
            row = await session.get(Hearing, UUID(found), lock=True)
            assert row is not None
            row.stage, row.meets_at = stage, MONDAY - timedelta(days=1)
        return found

    async def question() -> str:
        return await made(f"/hearings/{await hearing()}/questions", by="citizen", **WORDS)

    return {
        "matter_id": matter,
        "rejected_matter": partial(at, DeliberationStage.REJECTED),
        "resolved_matter": partial(at, DeliberationStage.RESOLVED),
        "posted_matter": posted,
        "idle_matter": partial(at, DeliberationStage.IMPLEMENTING),
        "meeting_id": meeting,
        "recorded_meeting": recorded,
        "notice_objection": objection,
        "hearing_id": hearing,
        "seated_hearing": partial(hearing_at, HearingStage.SEATED),
        "held_hearing": partial(hearing_at, HearingStage.HELD),
        "hearing_question": question,
    }
