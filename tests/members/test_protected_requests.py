"""Who asked without a name is shown to nobody; who complained is never shown to anybody in that person's line."""

from datetime import date
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlmodel import col, select

from contracts.tasks import RequestProtected
from services.members.households.model import Citizen
from services.members.imports.rows import PostRow
from services.members.organizations.model import Organization
from services.members.roll.model import Member
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.test_unmaskings import Hall, _indexed
from tests.members.village import PHONE, TOWNSHIP, VILLAGE, Office, citizen, member, organization, roster

pytestmark = pytest.mark.asyncio

AGENT, CADRE, SECOND_AGENT, SUPERVISOR, CITIZEN = 1, 2, 3, 4, 5
INSPECTOR, BELOW = 6, 7


def post(serial: int, kind: PostKind, division: str, organization_code: str) -> PostRow:
    """A post of one of the members in an organisation."""
    return PostRow(
        number(serial), "王样〇一", kind, organization_code, division, date(2024, 1, 1), None, generated=True
    )


@pytest_asyncio.fixture
async def hall(either_office: Office) -> Hall:
    """Two agents in the village's branch, a cadre and a supervisor in the township's committee, and a citizen."""
    office = either_office
    posts = [
        post(AGENT, PostKind.PROXY_AGENT, VILLAGE, "A1"),
        post(SECOND_AGENT, PostKind.PROXY_AGENT, VILLAGE, "A1"),
        post(CADRE, PostKind.TOWNSHIP_CADRE, TOWNSHIP, "A"),
        post(SUPERVISOR, PostKind.SUPERVISOR, TOWNSHIP, "A"),
        post(INSPECTOR, PostKind.DISCIPLINE_INSPECTOR, TOWNSHIP, "A"),
        post(BELOW, PostKind.DISCIPLINE_INSPECTOR, VILLAGE, "A1"),
    ]
    above = {CADRE, SUPERVISOR, INSPECTOR}
    members = [member(serial, "A" if serial in above else "A1") for serial in (1, 2, 3, 4, INSPECTOR, BELOW)]
    organizations = [organization("A", division=TOWNSHIP), organization("A1", "A")]
    await office.take_in(roster(organizations=organizations, members=members, posts=posts, citizens=[citizen(CITIZEN)]))
    index = office.stand.mounted.vault.index
    known = {row[1]: row[0] for kind in (Member, Citizen) for row in await _indexed(office, kind)}
    people = {serial: known[index(number(serial), place="person.citizen_number")] for serial in range(1, 8)}
    return Hall(office, people)


async def protected(
    hall: Hall, *, anonymous: bool = False, discipline: bool = False, about: int | None = None, code: str = "A1"
) -> dict[str, str]:
    """A request is protected; the fact names nobody who asked. How it is said in an unmasking."""
    async with hall.office.stand.mounted.sessions() as session:
        where = await session.first(select(Organization.id).where(col(Organization.code) == code))
    fact = RequestProtected(
        request_id=uuid4(),
        anonymous=anonymous,
        discipline=discipline,
        about_person_id=hall.people[about] if about else None,
        about_organization_id=where if about else None,
    )
    assert set(fact.model_dump()) == {
        "request_id",
        "anonymous",
        "discipline",
        "about_person_id",
        "about_organization_id",
    }
    await hall.office.stand.hear(fact, fact)
    return {"request_id": str(fact.request_id)}


async def test_of_an_anonymous_request_nobody_is_shown_who_asked(hall: Hall) -> None:
    of = await protected(hall, anonymous=True)
    for by in (AGENT, CADRE):
        code, refused = await hall.ask("phone", by=by, other=of)
        assert (code, refused["code"]) == (403, "asked-without-name"), by
        assert PHONE not in str(refused)
    code, refused = await hall.ask("citizen_number", other=of)
    assert code == 403
    assert await hall.seen_by(CITIZEN) == []


async def test_a_complainant_is_never_unmasked_to_anyone_in_that_persons_line(hall: Hall) -> None:
    of = await protected(hall, about=AGENT)
    unknown = {"request_id": str(uuid4())}
    for by in (AGENT, SECOND_AGENT):  # the person complained of, and a colleague of the same organisation
        for part in ("phone", "citizen_number"):
            code, refused = await hall.ask(part, by=by, other=of)
            assert (code, refused["code"]) == (404, "not-found")
    code, shown = await hall.ask("phone", by=CADRE, other=of)  # who looks into it from above
    assert (code, shown["values"]) == (201, {"phone": PHONE})
    assert (await hall.ask("phone", by=AGENT, other=unknown))[0] == 201  # other requests are as they were


async def test_about_somebody_above_nobody_below_or_beside_is_shown(hall: Hall) -> None:
    of = await protected(hall, about=SUPERVISOR, code="A")
    for by in (AGENT, CADRE):
        assert (await hall.ask("phone", by=by, other=of))[0] == 404, by


async def test_what_lies_with_discipline_supervision_is_there_for_nobody_who_handles_requests(hall: Hall) -> None:
    of = await protected(hall, discipline=True, about=AGENT)
    for by in (AGENT, SECOND_AGENT, CADRE):
        assert (await hall.ask("phone", by=by, other=of))[0] == 404, by


async def test_its_inspectors_see_who_complained_with_a_reason_and_the_complainant_sees_who_did(hall: Hall) -> None:
    of = await protected(hall, discipline=True, about=AGENT)
    code, shown = await hall.ask("phone", by=INSPECTOR, other=of)
    assert (code, shown["values"]) == (201, {"phone": PHONE})
    assert len(await hall.seen_by(CITIZEN)) == 1
    assert (await hall.ask("phone", by=BELOW, other=of))[0] == 404  # in the line of whoever is complained of
    assert (await hall.ask("phone", by=INSPECTOR, other={"request_id": str(uuid4())}))[0] == 404  # nothing else is
    of_nobody = await protected(hall, discipline=True, about=AGENT, anonymous=True)
    assert (await hall.ask("phone", by=INSPECTOR, other=of_nobody))[1]["code"] == "asked-without-name"


async def test_what_was_granted_before_it_was_heard_is_not_shown_after(hall: Hall) -> None:
    request = uuid4()
    code, asked = await hall.ask("citizen_number", by=SECOND_AGENT, other={"request_id": str(request)})
    assert code == 201
    assert await hall.confirm(by=SUPERVISOR) == 200
    fact = RequestProtected(
        request_id=request,
        anonymous=True,
        discipline=False,
        about_person_id=None,
        about_organization_id=None,
    )
    await hall.office.stand.hear(fact)
    code, refused = await hall.show(UUID(str(asked["id"])), by=SECOND_AGENT)
    assert (code, refused["code"]) == (403, "asked-without-name")
