"""Credentials for surveys: one for each person who is asked, by the key of a part that is large enough."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from chassis.blind_signatures import new_key
from contracts.feedback import AnnouncedPart, SurveyAnnounced, SurveyDropped
from contracts.members import SurveyCredentialsDrawn, SurveyKeyPublished
from services.members.credentials.model import CellKey, Drawing
from services.members.credentials.signing import BlindSigner
from services.members.credentials.surveys.cutting import cut
from services.members.households.model import Citizen
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from tests.members.credentials.client import bytes_of, finalize, key_of, verify
from tests.members.credentials.conftest import AGENT, OTHER, SERVED, Poll, blinded_for
from tests.members.village import DISTRICT, TOWNSHIP, VILLAGE

ON_BOTH = pytest.mark.parametrize("where", ["office", "office_on_postgres"], indirect=True)
NEXT_DAY, ELSEWHERE = date(2026, 11, 17), "430702204217"
KEYS = [new_key() for _ in range(2)]


@pytest.fixture(autouse=True)
def keys_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that were made once, and signing in this process: how they are made beside it is tested elsewhere."""
    left = KEYS * 2

    async def here(_: BlindSigner, work: Callable[..., object], *given: object) -> object:
        return left.pop() if work is new_key else work(*given)

    monkeypatch.setattr(BlindSigner, "_beside", here)


async def organization(poll: Poll, code: str) -> UUID:
    """The id of an organisation: A2 is the village's branch below A1."""
    found = {row[3]: row[0] for row in await poll.office.rows(Organization)}
    return UUID(str(found[code]))


async def announced(poll: Poll, about: str = "A1", **otherwise: object) -> SurveyAnnounced:
    """A survey of the village and the rest of its township, answered from the sixth of December on."""
    survey = {
        "survey_id": uuid4(),
        "audience": "villagers",
        "organization_id": await organization(poll, about),
        "post_id": None,
        "township_code": TOWNSHIP,
        "whole": AnnouncedPart(uuid4(), TOWNSHIP),
        "parts": (AnnouncedPart(uuid4(), VILLAGE), AnnouncedPart(uuid4(), ELSEWHERE)),
        "least_of_part": 3,  # two citizens and one who is on the roll alone
        "least_of_whole": 0,
        "draws_until": date(2026, 12, 5),
        "closes_on": date(2026, 12, 20),
        "announced_at": datetime(2026, 11, 16, 1, tzinfo=UTC),
    }
    return SurveyAnnounced.model_validate(survey | otherwise)


async def shown(poll: Poll, person: int) -> list[str]:
    """The keys of which somebody is to draw a credential."""
    return [one["cell_id"] for one in await poll.to_draw(person)]


@pytest.mark.asyncio
@ON_BOTH
async def test_whoever_lives_there_draws_one_credential_and_only_how_many_is_told(poll: Poll) -> None:
    stand, survey = poll.office.stand, await announced(poll, "A2")
    own, whole = survey.parts[0], survey.whole
    await stand.hear(survey, survey)
    told = {key.part_id: key for key in (SurveyKeyPublished.read(one.body) for one in await poll.office.told())}
    assert told.keys() == {own.part_id, whole.part_id}  # nobody lives in the other part
    assert await shown(poll, SERVED) == []  # nobody has seen the keys yet
    await poll.on(NEXT_DAY)
    [one] = await poll.to_draw(SERVED)
    assert (one["cell_id"], one["survey_id"], one["served_from"]) == (str(own.part_id), str(survey.survey_id), None)
    public = await poll.believed(one)
    assert public == told[own.part_id].public_key
    made = blinded_for(public)
    code, signed = await poll.draw(own.part_id, made, by=SERVED)
    assert code == 200
    verify(key_of(public), made.message, finalize(key_of(public), made, bytes_of(signed)))
    assert await poll.draw(own.part_id, made, by=SERVED) == (200, signed)
    assert await poll.draw(own.part_id, blinded_for(public), by=SERVED) == (409, "credential-drawn")
    assert await shown(poll, SERVED) == []

    async with stand.mounted.sessions() as session:  # who moves has drawn all the same
        citizen = await session.get(Citizen, poll.people[SERVED], lock=True)
        assert citizen is not None
        citizen.division_code = ELSEWHERE
    assert await shown(poll, SERVED) == []
    assert await poll.draw(whole.part_id, blinded_for(told[whole.part_id].public_key), by=SERVED) == (404, "not-found")
    poll.people[9] = uuid4()  # an account that is bound to nobody
    for person in (AGENT, 9):  # works where the survey looks
        assert await shown(poll, person) == []
        assert await poll.draw(own.part_id, made, by=person) == (404, "not-found")
    assert await shown(poll, OTHER) == [str(own.part_id)]

    await poll.on(date(2026, 12, 6))
    assert await poll.draw(own.part_id, made, by=SERVED) == (409, "drawing-over")
    drawn = {one.part_id: one for one in (SurveyCredentialsDrawn.read(it.body) for it in await poll.office.told())}
    assert {part: one.drawn for part, one in drawn.items()} == {own.part_id: 1, whole.part_id: 0}
    assert SurveyCredentialsDrawn.model_fields.keys() == {"part_id", "survey_id", "drawn"}
    assert await poll.office.rows(Drawing) == []
    async with stand.mounted.sessions() as session:
        keys = [await session.get(CellKey, part) for part in (own.part_id, whole.part_id)]
        assert [key.private_key for key in keys if key is not None] == [None, None]
    await poll.on(date(2026, 12, 20))  # it is answered until then
    assert (await stand.client.get("/ballot-keys")).json()["day"] == "2026-12-20"


@pytest.mark.asyncio
async def test_members_are_asked_by_the_roll_and_nobody_of_where_they_work_or_of_their_post(poll: Poll) -> None:
    stand, by_roll = poll.office.stand, {"audience": "members", "parts": (), "least_of_whole": 1}
    above, own = await announced(poll, **by_roll), await announced(poll, "A2", **by_roll)
    await stand.hear(above, own)
    await poll.on(NEXT_DAY)
    assert await shown(poll, AGENT) == [str(above.whole.part_id)]  # on the roll of the branch below, and no citizen
    assert await shown(poll, SERVED) == []

    [held] = await poll.office.rows(Post)
    of_post = await announced(poll, post_id=held[0], parts=(), least_of_whole=1)
    await stand.hear(of_post, SurveyDropped(survey_id=above.survey_id, dropped_at=datetime(2026, 11, 17, tzinfo=UTC)))
    await poll.on(date(2026, 11, 18))
    assert [await shown(poll, person) for person in (SERVED, AGENT)] == [[str(of_post.whole.part_id)], []]
    made = blinded_for((await poll.to_draw(SERVED))[0]["public_key"])
    assert await poll.draw(above.whole.part_id, made, by=AGENT) == (409, "drawing-over")  # it was dropped
    await poll.office.told()
    await poll.on(date(2026, 12, 6))
    drawn = [SurveyCredentialsDrawn.read(one.body) for one in await poll.office.told()]
    assert above.whole.part_id not in {one.part_id for one in drawn}


A, B, C, ALL = (AnnouncedPart(uuid4(), code) for code in (VILLAGE, ELSEWHERE, "430702205000", DISTRICT))


@pytest.mark.parametrize(
    ("others", "least_of_whole", "keyed"),
    [
        (0, 20, [A, B, ALL]),  # the third is too small, and goes to the whole
        (0, 100, [A, ALL]),  # who is left would be too few: the smaller of the others goes there, too
        (1, 100, [A, B, ALL]),
        (0, 320, []),  # all together are too few
        (1, 320, [ALL]),
    ],
)
def test_a_part_has_a_key_where_its_people_hide_each_other(
    others: int, least_of_whole: int, keyed: list[AnnouncedPart]
) -> None:
    people = {A.division_code: 120, B.division_code: 100, "430702205216": 90, "430702205217": 9, DISTRICT: others}
    for parts in ([A, B, C], [C, B, A]):
        assert cut(people, parts, ALL, least_of_part=100, least_of_whole=least_of_whole) == keyed


def test_where_everybody_lives_in_a_part_the_whole_has_no_key() -> None:
    assert cut({A.division_code: 100}, [A], ALL, least_of_part=100, least_of_whole=20) == [A]
