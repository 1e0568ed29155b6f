"""What `tasks` tells the others: the way of requests to the answer «was it solved?», and that of items on lists."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.audit import SealedDay
from contracts.burden import CountedDay
from contracts.event import Event


class RequestSubmitted(Event, type="tasks.request.submitted.v1", key="request_id"):
    """Somebody asked for something, by whatever channel."""

    request_id: UUID
    division_code: str  # the village or community that it is about, 12 digits
    kind: str  # enquiry, help, suggestion, complaint, report
    item_code: str | None  # of the catalogue; none for a matter in free words
    channel: str
    submitted_at: datetime
    finish_due_at: datetime  # the first instant that is too late
    about_person_id: UUID | None = None  # somebody in office who is complained of, to whom nothing of it may be shown
    about_organization_id: UUID | None = None  # in which they hold the post
    discipline: bool = False  # it lies with discipline supervision, and in nobody's figures
    heading: str | None = None  # under which a bulletin counts its channel; none for a channel that it does not know


class RequestProtected(Event, type="tasks.request.protected.v1", key="request_id"):
    """For this request nobody is shown who asked: nobody at all, or nobody in the line of whoever is complained of.

    Who asked is not said here.
    """

    request_id: UUID
    anonymous: bool  # asked without a name: for nobody, whoever they are
    discipline: bool  # lies with discipline supervision: for nobody who handles requests
    about_person_id: UUID | None
    about_organization_id: UUID | None  # for nobody who holds a post there or below, and for them alone above it


class RequestDispatched(Event, type="tasks.request.dispatched.v1", key="request_id"):
    """The request was given to a named person; again, after a return."""

    request_id: UUID
    turn: int  # 1 for the first dispatch
    post_id: UUID
    person_id: UUID
    organization_id: UUID
    division_code: str
    dispatched_at: datetime
    accept_due_at: datetime
    duty_entry_id: UUID | None = None  # the line of the township's duty list by which it went


class RequestReturned(Event, type="tasks.request.returned.v1", key="request_id"):
    """The named person gave it back as wrongly dispatched; it will be dispatched again, never back to the citizen."""

    request_id: UUID
    turn: int
    returned_by: UUID
    returned_at: datetime


class RequestAccepted(Event, type="tasks.request.accepted.v1", key="request_id"):
    """The named person signed for it; with a promised date, or with an answer on the spot."""

    request_id: UUID
    accepted_by: UUID
    accepted_at: datetime
    in_time: bool  # before the accept limit ended
    promised_on: date | None


class RequestContacted(Event, type="tasks.request.contacted.v1", key="request_id"):
    """Whoever signed for it has spoken with whoever asked, where a limit was set for that."""

    request_id: UUID
    contacted_at: datetime
    in_time: bool  # before the contact limit ended


class RequestPaused(Event, type="tasks.request.paused.v1", key="request_id"):
    """Its finishing clock stands still: it waits for something that nobody here can hasten."""

    request_id: UUID
    reason: str  # a code
    paused_at: datetime
    ends_at: datetime  # when the clock runs again by itself, at the latest


class RequestResumed(Event, type="tasks.request.resumed.v1", key="request_id"):
    """Its finishing clock runs again."""

    request_id: UUID
    resumed_at: datetime
    by_itself: bool  # the longest pause was over
    finish_due_at: datetime


class RequestExtended(Event, type="tasks.request.extended.v1", key="request_id"):
    """Those above granted more time; the first promise stays for scoring."""

    request_id: UUID
    reason: str  # a code
    extended_at: datetime
    finish_due_at: datetime


class RequestMerged(Event, type="tasks.request.merged.v1", key="request_id"):
    """It is done together with the same matter of somebody else, and keeps its limits and its judgement."""

    request_id: UUID
    lead_id: UUID
    merged_at: datetime


class RequestParted(Event, type="tasks.request.parted.v1", key="request_id"):
    """The merge was undone: it is done by itself again."""

    request_id: UUID
    lead_id: UUID
    parted_at: datetime


class RequestHandled(Event, type="tasks.request.handled.v1", key="request_id"):
    """It was reported done; the person served may now judge this round."""

    request_id: UUID
    round: int  # 1, and one more after every verified rectification
    requester_id: UUID
    handler_id: UUID
    handled_at: datetime
    in_time: bool  # before the finish limit ended; of the first round in every later one


class RequestJudged(Event, type="tasks.request.judged.v1", key="request_id"):
    """The person served said whether it was solved; their open act on the case, apart from any grade."""

    request_id: UUID
    round: int
    solved: str  # yes, partly, no
    judged_at: datetime


class RequestArchived(Event, type="tasks.request.archived.v1", key="request_id"):
    """Nobody has said a further word for the days of the rule pack: it was put away, and can still be found wanting."""

    request_id: UUID
    archived_at: datetime
    answered: bool  # whether the person served had said if it was solved; silence is neither solved nor satisfied


class LimitMissed(Event, type="tasks.limit.missed.v1", key="request_id"):
    """A time limit ended unmet and climbed: at once to the next organisation above, later further up."""

    request_id: UUID
    clock_id: UUID
    clock: str  # accept, contact, finish, rectify
    due_at: datetime
    level: int  # 1 for the next organisation above the one that works on it, and one more at each further step
    organization_id: UUID | None  # who answers for it at this level; none above the top of the tree


class RequestExcluded(Event, type="tasks.request.excluded.v1", key="request_id"):
    """Two persons left a request out of scores, for a reason that is counted in public."""

    request_id: UUID
    reason: str  # a code
    excluded_at: datetime


class RequestIncluded(Event, type="tasks.request.included.v1", key="request_id"):
    """Two persons had a request count again."""

    request_id: UUID
    included_at: datetime


class GradeSetAside(Event, type="tasks.grade.set_aside.v1", key="request_id"):
    """Two persons found that the bad grade of a round is not real: it counts for no score. Whose it was is not said."""

    request_id: UUID
    round: int
    set_aside_at: datetime


class CellSetAside(Event, type="tasks.cell.set_aside.v1", key="cell_id"):
    """Two persons found that a cell of ballots was stuffed, or cast under duress: it counts for no score."""

    cell_id: UUID
    township_code: str
    set_aside_at: datetime


class RectificationOpened(Event, type="tasks.rectification.opened.v1", key="rectification_id"):
    """«Not solved» or a bad grade opened a rectification of a round."""

    rectification_id: UUID
    request_id: UUID
    round: int  # the round that was found wanting
    organization_id: UUID
    responsible_id: UUID | None  # a person; none while the post is vacant
    opened_at: datetime
    due_at: datetime


class RectificationVerified(Event, type="tasks.rectification.verified.v1", key="rectification_id"):
    """Somebody other than who did it found it put right; a new round of judgement begins."""

    rectification_id: UUID
    request_id: UUID
    round: int  # the round that was found wanting
    verified_by: UUID
    verified_at: datetime
    in_time: bool


class MandateAsked(Event, type="tasks.mandate.asked.v1", key="mandate_id"):
    """An agent asked a villager for leave to act for them, in a way that has to be confirmed."""

    mandate_id: UUID
    principal_id: UUID  # the villager
    agent_id: UUID
    division_code: str  # for which the agent is in office
    way: str  # code, paper
    asked_at: datetime


class MandateGiven(Event, type="tasks.mandate.given.v1", key="mandate_id"):
    """A villager gave an agent leave to act for them."""

    mandate_id: UUID
    principal_id: UUID
    agent_id: UUID
    scope: str  # all, items, case
    way: str  # phone, code, paper
    from_on: date
    to_on: date  # the last day
    given_at: datetime


class MandateEnded(Event, type="tasks.mandate.ended.v1", key="mandate_id"):
    """An agent may no longer act for a villager under this mandate, or was never given leave."""

    mandate_id: UUID
    principal_id: UUID
    agent_id: UUID
    how: str  # ended, revoked, refused
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item as it was set on a list, and to whose name, if to anybody's."""

    item_id: UUID
    assignment_id: UUID | None  # none for an item that is broken down further
    organization_id: UUID
    division_code: str
    due_on: date


class ItemsListed(Event, type="tasks.items.listed.v1", key="above_id"):
    """Items were set on lists: below an item, which is done by them from now on, or at the top of a list."""

    above_id: UUID  # the item that they stand below, or the list
    superior_id: UUID | None  # what that item itself stands below; none for a list
    township_code: str
    items: tuple[ListedItem, ...]


class AssignmentPledged(Event, type="tasks.assignment.pledged.v1", key="assignment_id"):
    """A named person signed for an item and promised a finishing date."""

    assignment_id: UUID
    item_id: UUID
    person_id: UUID
    pledged_at: datetime
    promised_on: date


class AssignmentProgressed(Event, type="tasks.assignment.progressed.v1", key="assignment_id"):
    """Whoever has an item said how much of it is done."""

    assignment_id: UUID
    item_id: UUID
    share: int  # per cent, 0 to 99
    progressed_at: datetime


class AssignmentReported(Event, type="tasks.assignment.reported.v1", key="assignment_id"):
    """An item was reported done, and waits for acceptance by somebody else."""

    assignment_id: UUID
    item_id: UUID
    reported_at: datetime


class AssignmentAccepted(Event, type="tasks.assignment.accepted.v1", key="assignment_id"):
    """What was reported done was accepted."""

    assignment_id: UUID
    item_id: UUID
    accepted_at: datetime
    accepted_by: UUID
    in_time: bool  # reported on the day that it was due, or before


class AssignmentReturned(Event, type="tasks.assignment.returned.v1", key="assignment_id"):
    """What was reported done was given back, with a reason."""

    assignment_id: UUID
    item_id: UUID
    returned_at: datetime
    returned_by: UUID


class AssignmentClosedOut(Event, type="tasks.assignment.closed_out.v1", key="assignment_id"):
    """The item was struck off the list by its number, with proof."""

    assignment_id: UUID
    item_id: UUID
    closed_at: datetime
    closed_by: UUID


class AssignmentHandedOver(Event, type="tasks.assignment.handed_over.v1", key="assignment_id"):
    """An item went to another named person, who has yet to sign for it."""

    assignment_id: UUID
    item_id: UUID
    from_person_id: UUID
    to_person_id: UUID
    organization_id: UUID
    handed_over_at: datetime
    due_on: date | None = None  # since late rectifications of units go up with a day of their own


class AssignmentExtended(Event, type="tasks.assignment.extended.v1", key="assignment_id"):
    """A later date was granted."""

    assignment_id: UUID
    item_id: UUID
    due_on: date
    granted_by: UUID
    extended_at: datetime


class AssignmentMissed(Event, type="tasks.assignment.missed.v1", key="assignment_id"):
    """The day on which an item was due went by, and it was not reported done."""

    assignment_id: UUID
    item_id: UUID
    due_on: date
    missed_at: datetime


class AssignmentWithdrawn(Event, type="tasks.assignment.withdrawn.v1", key="assignment_id"):
    """An item was taken off the list, or broken down further: nobody has it any more."""

    assignment_id: UUID
    item_id: UUID
    broken_down: bool
    withdrawn_at: datetime


class RecurringDutyDone(Event, type="tasks.recurring_duty.done.v1", key="duty_id"):
    """What a post has to do again and again was done for one period."""

    duty_id: UUID
    rule_code: str  # of the operator's file of recurring duties
    organization_id: UUID
    division_code: str
    due_on: date
    done_on: date
    in_time: bool  # done on its day, or before


class RecurringDutyMissed(Event, type="tasks.recurring_duty.missed.v1", key="duty_id"):
    """The day of a recurring duty went by, and it was neither done nor left out."""

    duty_id: UUID
    rule_code: str
    organization_id: UUID
    division_code: str
    due_on: date
    missed_at: datetime


class RecurringDutyReturned(Event, type="tasks.recurring_duty.returned.v1", key="duty_id"):
    """Those above sent back what was said to be done: it is open again, and missed if its day is over."""

    duty_id: UUID
    rule_code: str
    organization_id: UUID
    division_code: str
    due_on: date
    missed: bool
    returned_at: datetime


class RecurringDutySkipped(Event, type="tasks.recurring_duty.skipped.v1", key="duty_id"):
    """Two persons left a period of a recurring duty out."""

    duty_id: UUID
    rule_code: str
    organization_id: UUID
    division_code: str
    due_on: date
    reason: str  # a code
    skipped_at: datetime


class ResolutionFollowed(Event, type="tasks.resolution.followed.v1", key="deliberation_id"):
    """How the carrying out of a village's resolution stands now, as an item of a list in somebody's name."""

    deliberation_id: UUID
    turn: int  # of the giving out that it is about
    item_id: UUID
    person_id: UUID  # who has it, or had it last
    due_on: date
    state: str  # given, done (accepted by another person), withdrawn
    told_at: datetime


class AuditDaySealed(SealedDay, Event, type="tasks.audit_day.sealed.v1", key="day"):
    """A local day of this service's audit is over and will not change."""


class BurdenCounted(CountedDay, Event, type="tasks.burden.counted.v1", key="township_code"):
    """How often the forms of this service were sent in, and its messages out, in one township on one day, by role."""
