"""Recording a visit once, making cases of its needs once, and letting the household contest what was written."""

from datetime import date
from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.offline import RecordedDifferently, marks_of, recorded_before
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.catalogue.model import Catalogue
from services.tasks.mandates import policy as mandates
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import actions as requests
from services.tasks.requests.channels import Channel
from services.tasks.roster import views as roster
from services.tasks.roster.model import Household
from services.tasks.rules.pack import RuleId, RulePack
from services.tasks.visits import policy, views
from services.tasks.visits.forms import Need, VisitForm
from services.tasks.visits.model import (
    NEEDS,
    CaseAlready,
    HouseholdVisited,
    LeaveMissing,
    NotANeed,
    NotOfTheHousehold,
    Visit,
    VisitAhead,
    VisitContest,
    VisitNeed,
    VisitStage,
    VoiceNotAsked,
)
from services.tasks.visits.policy import By


async def record(session: Session, visit_id: UUID, said: VisitForm, *, by: Actor) -> Visit:
    """Take a visit in under the id that the client made; the same again changes nothing and makes no second case.

    Raises `RecordedDifferently`, `NotFound`, and what the form itself is refused for.
    """
    marks = marks_of(session, said.model_dump(mode="json"), about=visit_id, by=by.person_id)
    try:
        known = await recorded_before(session, Visit, visit_id, marks)
    except RecordedDifferently as refusal:
        if not refusal.details:  # somebody else's: whoever may not visit the household does not learn that it is there
            await _right(session, said, by=by)
        raise
    if known is not None:
        return known
    household, how = await _right(session, said, by=by)
    on = said.visited_on
    if on > local_date(session.now):
        raise VisitAhead()
    if how.post is not None and on < how.post.from_on:
        raise VisitAhead()
    await _check_needs(session, said, household, on=on)
    visit = Visit(
        id=visit_id,
        arrival=new_id(),
        township_code=household.township_code,
        division_code=household.division_code,
        household_id=household.id,
        visitor_id=by.person_id,
        pairing_id=how.pairing.id if how.pairing else None,
        post_id=how.post.id if how.post else None,
        visited_on=on,
        leave_by=said.leave.by if said.leave else None,
        leave_way=said.leave.way if said.leave else None,
        stage=VisitStage.RECORDED,
        recorded=marks,
        recorded_at=session.now,
    )
    session.add(visit)
    await _note_the_day(session, household, on)
    for number, need in enumerate(said.needs, start=1):
        await _take_need(session, visit, number, need, how=how, by=by)
    if visit.leave_by is not None:
        tell(session, visit.leave_by, NoticeKind.VISIT_RECORDED, about_id=visit.id)
    return visit


async def make_case(session: Session, visit_id: UUID, number: int, *, by: Actor) -> VisitNeed:
    """Somebody of the household has a need that was written down dealt with. Raises `CaseAlready`."""
    visit = await load(session, visit_id)
    await policy.check_of_the_household(session, by, visit)
    need = await views.need_of(session, visit, number)
    if need is None:
        raise NotFound()
    if need.request_id is not None:
        raise CaseAlready(request_id=str(need.request_id))
    need.request_id = await _submit(session, visit, need, views.words_of(session, need), None, requester=by, by=by)
    return need


async def contest(session: Session, visit_id: UUID, *, by: Actor, words: str) -> VisitContest:
    """Somebody of the household has something against the entry; it is marked, and a superior is to answer."""
    visit = await load(session, visit_id)
    await policy.check_of_the_household(session, by, visit)
    visit.move("contest")
    contest_id = new_id()
    made = VisitContest(
        id=contest_id,
        township_code=visit.township_code,
        visit_id=visit.id,
        person_id=by.person_id,
        words=session.use(Vault).seal(words, place=place_of("visit_contest", "words", contest_id)),
        made_at=session.now,
        upheld=None,
        answer=None,
        answered_by=None,
        answered_at=None,
    )
    session.add(made)
    superiors = await roster.dispatchers_of(session, visit.township_code, today=local_date(session.now))
    for person_id in sorted({post.person_id for post in superiors} - {visit.visitor_id}):
        tell(session, person_id, NoticeKind.VISIT_CONTESTED, about_id=visit.id)
    return made


async def answer(session: Session, visit_id: UUID, *, by: Actor, upheld: bool, words: str) -> VisitContest:
    """A superior answers what the household has against the entry. Entry, contest and answer all stay."""
    visit = await load(session, visit_id)
    await policy.check_may_answer(session, by, visit)
    visit.move("answer")
    open_one = await views.open_contest_of(session, visit)
    if open_one is None:
        raise NotFound()
    open_one.upheld, open_one.answered_by, open_one.answered_at = upheld, by.person_id, session.now
    open_one.answer = session.use(Vault).seal(words, place=place_of("visit_contest", "answer", open_one.id))
    tell(session, open_one.person_id, NoticeKind.VISIT_ANSWERED, about_id=visit.id)
    return open_one


async def load(session: Session, visit_id: UUID) -> Visit:
    """A visit, held. Raises `NotFound`."""
    visit = await session.get(Visit, visit_id, lock=True)
    if visit is None:
        raise NotFound()
    return visit


async def _right(session: Session, said: VisitForm, *, by: Actor) -> tuple[Household, By]:
    """The household, and by what the actor visits it. Raises `NotFound`."""
    household = await session.get(Household, said.household_id, lock=True)
    if household is None:
        raise NotFound()
    return household, await policy.visits_by(session, by, household, on=said.visited_on)


async def _check_needs(session: Session, said: VisitForm, household: Household, *, on: date) -> None:
    if not said.needs:
        return
    if said.leave is None:
        raise LeaveMissing()
    if not await policy.belongs(session, said.leave.by, household.id) and await views.is_peopled(session, household):
        raise NotOfTheHousehold()
    today = local_date(session.now)
    for need in said.needs:
        item = session.use(Catalogue).item(need.item_code, on=today) if need.item_code else None
        if item is None and (need.kind not in NEEDS or (not need.words and need.voice_id is None)):
            raise NotANeed()
    voices = [need for need in said.needs if need.voice_id is not None]
    rule = session.use(RulePack).if_any(RuleId.VISIT_VOICE, on=today)
    if voices and (rule is None or len(voices) > rule.value or not all(need.case for need in voices)):
        raise VoiceNotAsked()


async def _note_the_day(session: Session, household: Household, on: date) -> None:
    known = await session.get(HouseholdVisited, household.id, lock=True)
    if known is None:
        session.add(HouseholdVisited(household_id=household.id, township_code=household.township_code, last_on=on))
    elif known.last_on < on:
        known.last_on = on


async def _take_need(session: Session, visit: Visit, number: int, need: Need, *, how: By, by: Actor) -> None:
    need_id, vault = new_id(), session.use(Vault)
    row = VisitNeed(
        id=need_id,
        township_code=visit.township_code,
        visit_id=visit.id,
        number=number,
        kind=need.kind,
        item_code=need.item_code,
        words=vault.seal(need.words, place=place_of("visit_need", "words", need_id)) if need.words else None,
        request_id=None,
        recorded_at=session.now,
    )
    session.add(row)
    if not need.case or visit.leave_by is None:
        return
    if how.agent_alone and await mandates.only_takes_notes(
        session, by, requester_id=visit.leave_by, division_code=visit.division_code, item_code=need.item_code
    ):
        return  # an agent acts by mandate alone: the household makes it a case by a word of its own
    requester = Actor(visit.leave_by)
    row.request_id = await _submit(session, visit, row, need.words, need.voice_id, requester=requester, by=by)


async def _submit(
    session: Session,
    visit: Visit,
    need: VisitNeed,
    words: str | None,
    voice_id: UUID | None,
    *,
    requester: Actor,
    by: Actor,
) -> UUID:
    """The need as a case: the same clocks as any other, and whoever gave leave is the one who asks."""
    done = await requests.submit(
        session,
        by=by,
        requester_id=requester.person_id,
        division_code=visit.division_code,
        channel=Channel.HOUSEHOLD_VISIT,
        kind=need.kind,
        item_code=need.item_code,
        wording=words,
        voice_id=voice_id,
        at_desk=True,
    )
    return done.request.id
