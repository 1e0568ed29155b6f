"""Identifying a household, posting the notice, objecting, deciding by two; every move is kept as a step."""

from datetime import timedelta
from uuid import UUID

from chassis.clock import local_date, midnight
from chassis.identity import Actor
from chassis.problems import NotAllowedNow, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, TwoPersons, propose
from services.members.aid_files import policy, views
from services.members.aid_files.model import (
    BY_TWO,
    LIFECYCLE,
    ON_NOTICE,
    AidFile,
    AidFileThere,
    AidObjection,
    AidReason,
    AidStage,
    AidStep,
    DecisionReason,
    NotWhoIdentified,
    ObjectionAnswered,
    ObjectionsOpen,
)
from services.members.households.model import Household
from services.members.pairings.actions import NoSuchHousehold
from services.members.rules.pack import MemberRules, RuleId

NOTICE_OVER = "aid_notice_over"
"""The timer at the end of a notice's last day."""
GOOD_FOR = timedelta(days=30)
AGAINST = {"take_in", "let_go"}
"""Decisions against which an objection that was upheld stands."""


async def identify(session: Session, *, by: Actor, household_id: UUID, reason: AidReason) -> AidFile:
    """Begin a household's file. Raises `NoSuchHousehold`, `Forbidden`, `AidFileThere`."""
    household = await session.get(Household, household_id, lock=True)
    if household is None or household.ended_on is not None:
        raise NoSuchHousehold()
    await policy.check_may_identify(session, by, household.division_code)
    if await views.open_of(session, household) is not None:
        raise AidFileThere()
    file = AidFile(
        id=new_id(),
        township_code=household.township_code,
        division_code=household.division_code,
        household_id=household.id,
        stage=AidStage.IDENTIFIED,
        reason=reason,
        identified_by=by.person_id,
        identified_on=local_date(session.now),
        notice_from=None,
        notice_to=None,
        entered_on=None,
        left_on=None,
    )
    session.add(file)
    _step(session, file, "identify", by=by.person_id, reason=reason.value)
    return file


async def post_notice(session: Session, file_id: UUID, *, by: Actor) -> AidFile:
    """Post it for the rule's days: its entering, or, of a file in force, its leaving. Raises `NotAllowedNow`."""
    file = await _load(session, file_id, by=by)
    await policy.check_may_identify(session, by, file.division_code)
    leaving = file.stage is AidStage.IN_FORCE
    move, rule_id = ("post_exit", RuleId.AID_EXIT_NOTICE) if leaving else ("post", RuleId.AID_NOTICE)
    today = local_date(session.now)
    file.post(move, today=today, days=session.use(MemberRules).rule(rule_id, on=today).value)
    _step(session, file, move, by=by.person_id)
    if file.notice_to is not None:
        session.remind(NOTICE_OVER, about=file.id, due_at=midnight(file.notice_to + timedelta(days=1)))
    return file


async def close_notice(file_id: UUID, session: Session) -> None:
    """The notice's days are over: now it can be decided."""
    file = await session.get(AidFile, file_id, lock=True)
    today = local_date(session.now)
    if file is None or file.stage not in ON_NOTICE or file.notice_to is None or today <= file.notice_to:
        return
    move = "close_notice" if file.stage is AidStage.NOTICE else "close_exit_notice"
    file.move(move, today=today)
    _step(session, file, move, by=None)


async def object_to(session: Session, file_id: UUID, *, by: Actor, words: str) -> AidObjection:
    """Say what one has against a file that is on notice. Raises `NotFound` where none is posted."""
    file = await session.get(AidFile, file_id, lock=True)
    if file is None or file.stage not in ON_NOTICE:
        raise NotFound()
    objection_id = new_id()
    objection = AidObjection(
        id=objection_id,
        township_code=file.township_code,
        aid_file_id=file.id,
        person_id=by.person_id,
        words=session.use(Vault).seal(words, place=place_of("aid_objection", "words", objection_id)),
        made_at=session.now,
        upheld=None,
        answer=None,
        answered_by=None,
        answered_at=None,
    )
    session.add(objection)
    return objection


async def answer(session: Session, objection_id: UUID, *, by: Actor, upheld: bool, words: str) -> AidObjection:
    """Answer an objection; never whoever identified the household. Raises `NotWhoIdentified`, `ObjectionAnswered`."""
    objection = await session.get(AidObjection, objection_id, lock=True)
    if objection is None:
        raise NotFound()
    file = await _load(session, objection.aid_file_id, by=by)
    await policy.check_may_decide(session, by, file.division_code)
    if by.person_id == file.identified_by:
        raise NotWhoIdentified()
    if objection.upheld is not None:
        raise ObjectionAnswered()
    objection.upheld = upheld
    objection.answer = session.use(Vault).seal(words, place=place_of("aid_objection", "answer", objection.id))
    objection.answered_by, objection.answered_at = by.person_id, session.now
    return objection


async def put_forward(session: Session, file_id: UUID, *, by: Actor, decision: str, reason: DecisionReason) -> Proposal:
    """Propose a decision, which a second person confirms under `/proposals`.

    Raises `NotAllowedNow`, `ObjectionsOpen`, `Forbidden`.
    """
    file = await _load(session, file_id, by=by)
    await policy.check_may_decide(session, by, file.division_code)
    await _check_may_be(session, file, decision)
    act = session.use(TwoPersons).act(f"aid.{decision}")
    scope = file.division_code
    return propose(session, act, about=file.id, scope=scope, reason=reason.value, words=None, by=by)


async def _carry_out(session: Session, proposal: Proposal, second: UUID) -> None:
    file = await session.get(AidFile, proposal.about, lock=True)
    if file is None:
        raise NotFound()
    decision = proposal.kind.removeprefix("aid.")
    await _check_may_be(session, file, decision)
    file.move(decision, today=local_date(session.now))
    _step(session, file, decision, by=proposal.proposed_by, confirmed_by=second, reason=proposal.reason)


async def _check_may_be(session: Session, file: AidFile, decision: str) -> None:
    if not LIFECYCLE.allows(decision, file.stage):
        raise NotAllowedNow(move=decision, stage=file.stage.value)
    since = midnight(file.notice_from) if file.notice_from else None
    for objection in await views.objections_of(session, file):
        if since is None or objection.made_at < since:
            continue
        if objection.upheld is None or (objection.upheld and decision in AGAINST):
            raise ObjectionsOpen()


TITLES = {
    "take_in": "建档立卡：纳入一户",
    "refuse": "建档立卡：不予纳入一户",
    "let_go": "建档立卡：一户退出",
    "keep": "建档立卡：一户不退出、继续在档",
}
ACTS = tuple(
    Act(kind=f"aid.{move}", title_zh=TITLES[move], good_for=GOOD_FOR, areas=policy.deciders_areas, carry_out=_carry_out)
    for move in BY_TWO
)


def _step(
    session: Session,
    file: AidFile,
    move: str,
    *,
    by: UUID | None,
    confirmed_by: UUID | None = None,
    reason: str | None = None,
) -> None:
    session.add(
        AidStep(
            id=new_id(),
            township_code=file.township_code,
            aid_file_id=file.id,
            move=move,
            stage=file.stage,
            by=by,
            confirmed_by=confirmed_by,
            reason=reason,
            at=session.now,
        )
    )


async def _load(session: Session, file_id: UUID, *, by: Actor) -> AidFile:
    file = await session.get(AidFile, file_id, lock=True)
    if file is None:
        raise NotFound()
    await policy.check_may_see(session, by, file)
    return file
