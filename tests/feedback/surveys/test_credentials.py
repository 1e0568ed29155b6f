"""Answers by credential: once each, in the part whose key signed it, and of nobody in particular."""

import asyncio
from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from sqlalchemy import Text, literal_column, select

from contracts.feedback import AnnouncedPart, SurveyAnnounced, SurveyDropped
from contracts.members import SurveyCredentialsDrawn, SurveyKeyPublished
from services.feedback.tables import Table
from tests.feedback.ballots.casting import Credential, key_of
from tests.feedback.ballots.test_casting import contents
from tests.feedback.cells.polling import on, told
from tests.feedback.facts import NEXT_VILLAGE, TOWNSHIP, VILLAGE, organization_id
from tests.feedback.office import Office
from tests.feedback.surveys.asking import (
    BAD,
    CLOSES,
    FAIR,
    GOOD,
    OPENS,
    OPERATOR,
    Asking,
    drafted,
    opened,
    people,
    shown,
)

BY_CREDENTIAL = {"channels": ["credential", "household"]}
PARTS = {"village": (VILLAGE, "area"), "whole": (TOWNSHIP, "rest")}


def key_told(asking: Asking, name: str) -> SurveyKeyPublished:
    """The fact by which the key of a part is known."""
    part = UUID(asking.part(*PARTS[name]))
    made = key_of(part, name=name).model_dump(exclude={"cell_id"})
    return SurveyKeyPublished(part_id=part, survey_id=UUID(asking.id), **made)


async def asked(office: Office) -> Asking:
    """An open survey; the first village has a key of its own, everybody else that of the whole."""
    await people(office)
    asking = await opened(office, **BY_CREDENTIAL)
    await office.hear(*(key_told(asking, name) for name in PARTS), key_told(asking, "village"))
    drawn = {"village": 9, "whole": 4}
    for name, many in drawn.items():
        part = UUID(asking.part(*PARTS[name]))
        await office.hear(SurveyCredentialsDrawn(part_id=part, survey_id=UUID(asking.id), drawn=many))
    return asking


async def counted(office: Office) -> dict[str, int]:
    """How many answers lie in each part."""
    return {str(part): int(str(sheets)) for part, sheets, _ in (await contents(office))["urn"]}


class TestCredentials:
    """On SQLite; the class below runs the same on PostgreSQL."""

    @pytest.mark.asyncio
    async def test_a_credential_is_good_for_one_answer_in_its_part_and_nothing_says_whose(self, office: Office) -> None:
        asking = await asked(office)
        village, whole = asking.part(VILLAGE), asking.part(TOWNSHIP, "rest")
        mine = Credential("village")
        before = await contents(office)
        telling = {"Cookie": "who=me", "X-Forwarded-For": "10.1.2.3", "Authorization": "Bearer me"}
        with structlog.testing.capture_logs() as lines:
            first = await asking.answer(mine, FAIR | {"words": "路灯"}, part=village, headers=telling)
        assert first.status_code == 200, first.text
        assert lines == []
        now = await contents(office)
        assert {name for name in now if now[name] != before[name]} == {
            "urn",
            "words_pool",
            "spent_survey_credential",
        }
        ((part_id, sheets, _),) = now["urn"]
        assert (str(part_id), sheets) == (village, 1)
        assert str(mine.message) not in repr(now)

        again = await asking.answer(mine, FAIR | {"words": "路灯"}, part=village)
        assert (again.status_code, again.content) == (200, first.content)
        at_once = Credential("village")
        both = await asyncio.gather(*(asking.answer(at_once, GOOD, part=village) for _ in range(2)))
        assert [one.status_code for one in both] == [200, 200]
        assert await counted(office) == {village: 2}
        other_bytes = urlsafe_b64encode(bytes(256)).rstrip(b"=").decode()
        refusals: list[tuple[Credential | str, dict[str, Any], str, dict[str, object], str]] = [
            (mine, GOOD, village, {}, "survey-answered-otherwise"),
            (mine, FAIR | {"words": "修路"}, village, {}, "survey-answered-otherwise"),
            (mine, FAIR, whole, {}, "credential-not-of-this-survey"),  # of another part
            (Credential("cell"), GOOD, village, {}, "credential-not-of-this-survey"),  # of another survey, or a cell
            (Credential("village"), GOOD, asking.part(NEXT_VILLAGE), {}, "credential-not-of-this-survey"),  # no key
            (Credential("village"), GOOD, str(uuid4()), {}, "not-found"),
            (Credential("village"), {"overall": "great", "heard": True}, village, {}, "answers-do-not-fit"),
            (Credential("village"), GOOD, village, {"code": "4821-0937-5562-1874"}, "code-or-credential"),
            ("4821-0937-5562-1874", GOOD, village, {"code": None}, "code-or-credential"),
            (
                Credential("village"),
                GOOD,
                village,
                {"credential": shown(mine, village) | {"signature": other_bytes}},
                "credential-not-of-this-survey",  # forged
            ),
        ]
        for by, answers, part, otherwise, code in refusals:
            refused = await asking.answer(by, answers, part=part, **otherwise)
            assert refused.json()["code"] == code, refused.text
        heavy = await asking.answer(Credential("village"), GOOD, part=village, weighs=8193)
        assert heavy.json()["code"] == "survey-answer-of-other-size"
        assert await counted(office) == {village: 2}

        assert (await asking.answer(Credential("whole"), BAD, part=whole)).status_code == 200
        assert await counted(office) == {village: 2, whole: 1}
        on(office, CLOSES.replace(day=11))
        late = await asking.answer(Credential("village"), GOOD, part=village)
        assert late.json()["code"] == "survey-not-open"

    @pytest.mark.asyncio
    async def test_it_counts_where_its_key_is_and_the_rate_is_of_what_was_drawn(self, office: Office) -> None:
        asking = await asked(office)
        village = asking.part(VILLAGE)
        for answers in [GOOD] * 4 + [BAD] * 2:
            assert (await asking.answer(Credential("village"), answers, part=village)).status_code == 200
        await asking.all_answer(VILLAGE, BAD)
        parts = (await office.get(asking.path, by=OPERATOR)).json()["parts"]
        shown_parts = {part["id"]: (part["by_credential"], part["answered_at_least"]) for part in parts}
        assert shown_parts == {
            village: (True, 5),
            asking.part(NEXT_VILLAGE): (False, 0),
            asking.part(TOWNSHIP, "rest"): (True, 0),
        }
        result = await asking.published()
        taken = {one["channel"]: (one["given"], one["answered"], one["percent"]) for one in result["taken"]}
        assert taken == {"credential": (13, 6, "46.15"), "household": (1, 1, "100.00")}
        (counted,) = [part for part in result["parts"] if part["division_code"] == VILLAGE]
        assert (counted["outcome"], counted["responses"]) == ("published", 7)
        left = await contents(office)
        assert left["spent_survey_credential"] == left["urn"] == []


class TestCredentialsOnPostgres(TestCredentials):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres

    @pytest.mark.asyncio
    async def test_the_databases_own_numbers_tie_no_answer_to_a_credential(self, office: Office) -> None:
        asking = await asked(office)
        for _ in range(3):
            answered = await asking.answer(Credential("village"), GOOD | {"words": "谢谢"}, part=asking.part(VILLAGE))
            assert answered.status_code == 200
        written = {}
        async with office.mounted.sessions() as session:
            for name in ("urn", "words_pool", "spent_survey_credential"):
                of_row = select(literal_column("xmin::text", Text)).select_from(Table.metadata.tables[name])
                written[name] = {transaction for (transaction,) in await session.all(of_row)}
        assert len(written["spent_survey_credential"]) == 3  # the control: each was spent by itself
        assert written["urn"] == written["words_pool"]
        assert len(written["urn"]) == 1


@pytest.mark.asyncio
async def test_keys_are_asked_for_once_it_is_announced_in_time_and_no_more_once_it_is_dropped(office: Office) -> None:
    await people(office)
    by_code = await drafted(office)
    await office.post(f"{by_code.path}/announcement", by=OPERATOR, body={})
    await office.post(f"{by_code.path}/dropping", by=OPERATOR, body={})
    assert await told(office, SurveyAnnounced) == await told(office, SurveyDropped) == []

    asking = await drafted(office, **BY_CREDENTIAL)
    on(office, OPENS.replace(month=5, day=25))  # seven days before the first
    late = await office.post(f"{asking.path}/announcement", by=OPERATOR, body={})
    assert (late.json()["code"], late.json()["opens_from"]) == ("no-days-to-draw", "2023-06-02")
    on(office, OPENS.replace(month=5, day=24))
    assert (await office.post(f"{asking.path}/announcement", by=OPERATOR, body={})).status_code == 200
    (announced,) = await told(office, SurveyAnnounced)
    assert announced.whole == AnnouncedPart(UUID(asking.part(TOWNSHIP, "rest")), TOWNSHIP)
    assert [part.division_code for part in announced.parts] == [VILLAGE, NEXT_VILLAGE]
    assert (str(announced.survey_id), announced.organization_id) == (asking.id, organization_id("D-1"))
    assert (announced.draws_until.isoformat(), announced.closes_on) == ("2023-05-31", CLOSES)
    assert (announced.least_of_part, announced.least_of_whole) == (100, 20)
    early = await asking.answer(Credential("village"), GOOD, part=asking.part(VILLAGE))
    assert early.json()["code"] == "survey-not-open"
    assert (await office.post(f"{asking.path}/dropping", by=OPERATOR, body={})).status_code == 200
    (dropped,) = await told(office, SurveyDropped)
    assert str(dropped.survey_id) == asking.id
    codes = await office.post(
        f"{asking.path}/codes",
        by=OPERATOR,
        body={"part_id": asking.part(VILLAGE), "channel": "credential", "many": 1},
    )
    assert codes.json()["code"] == "survey-not-open"
