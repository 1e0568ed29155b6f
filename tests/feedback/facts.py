"""The facts of a case, of an area and of a post, as tasks and members would tell them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from chassis.log import Record
from chassis.tables import new_id
from contracts.event import Event
from contracts.members import DivisionListed, OrganizationRecorded, PostHeld
from contracts.tasks import (
    GradeSetAside,
    LimitMissed,
    RectificationOpened,
    RectificationVerified,
    RequestAccepted,
    RequestContacted,
    RequestDispatched,
    RequestExcluded,
    RequestHandled,
    RequestIncluded,
    RequestJudged,
    RequestReturned,
    RequestSubmitted,
)

NOON = datetime(2023, 5, 10, 4, tzinfo=UTC)  # 12:00 in Shanghai
DISTRICT, TOWNSHIP, OTHER_TOWNSHIP = "430702000000", "430702001000", "430702002000"
VILLAGE, NEXT_VILLAGE, FAR_VILLAGE = "430702001001", "430702001002", "430702002001"


def organization_id(code: str) -> UUID:
    """The id of the organisation with this code, the same in every test."""
    return uuid5(NAMESPACE_OID, code)


def areas() -> list[Event]:
    """A district with two townships and three villages."""
    named = [
        (DISTRICT, "某区", "district", None),
        (TOWNSHIP, "甲镇", "township", DISTRICT),
        (OTHER_TOWNSHIP, "乙街道", "street", DISTRICT),
        (VILLAGE, "甲一村", "village", TOWNSHIP),
        (NEXT_VILLAGE, "甲二村", "village", TOWNSHIP),
        (FAR_VILLAGE, "乙一社区", "community", OTHER_TOWNSHIP),
    ]
    return [DivisionListed(code=code, name=name, kind=kind, superior_code=above) for code, name, kind, above in named]


def organizations() -> list[Event]:
    """A district committee over two township committees, each over the branches of its villages."""
    tree = [
        ("D", "某区委", "committee", None, DISTRICT),
        ("D-1", "甲镇党委", "committee", "D", TOWNSHIP),
        ("D-1-0", "甲镇机关支部", "branch", "D-1", TOWNSHIP),
        ("D-1-1", "甲一村支部", "branch", "D-1", VILLAGE),
        ("D-1-2", "甲二村支部", "branch", "D-1", NEXT_VILLAGE),
        ("D-2", "乙街道党工委", "committee", "D", OTHER_TOWNSHIP),
        ("D-2-1", "乙一社区支部", "branch", "D-2", FAR_VILLAGE),
    ]
    return [
        OrganizationRecorded(
            organization_id=organization_id(code),
            code=code,
            name=name,
            tier=tier,
            superior_id=organization_id(above) if above else None,
            division_code=area,
        )
        for code, name, tier, above, area in tree
    ]


def post(
    person: UUID, kind: str, *, at: str, area: str, since: date = date(2020, 1, 1), until: date | None = None
) -> PostHeld:
    """A post held in the organisation with code `at`."""
    return PostHeld(
        post_id=uuid4(),
        person_id=person,
        name="李四",
        kind=kind,
        organization_id=organization_id(at),
        division_code=area,
        from_on=since,
        to_on=until,
    )


@dataclass(frozen=True)
class Case:
    """One request, and the facts that may be told of it."""

    id: UUID = field(default_factory=new_id)
    village: str = VILLAGE
    organization: str = "D-1-1"
    submitted_at: datetime = NOON
    requester: UUID = field(default_factory=uuid4)
    agent: UUID = field(default_factory=uuid4)

    def again(self) -> "Case":
        """A case of the same people, with another id."""
        return replace(self, id=new_id())

    def submitted(self) -> RequestSubmitted:
        return RequestSubmitted(
            request_id=self.id,
            division_code=self.village,
            kind="help",
            item_code="identity-card",
            channel="agent",
            submitted_at=self.submitted_at,
            finish_due_at=self.submitted_at + timedelta(days=5),
        )

    def dispatched(self, *, turn: int = 1, to: str | None = None) -> RequestDispatched:
        return RequestDispatched(
            request_id=self.id,
            turn=turn,
            post_id=uuid4(),
            person_id=self.agent,
            organization_id=organization_id(to or self.organization),
            division_code=self.village,
            dispatched_at=self.submitted_at + timedelta(minutes=turn),
            accept_due_at=self.submitted_at + timedelta(hours=2, minutes=turn),
        )

    def returned(self, *, turn: int = 1) -> RequestReturned:
        return RequestReturned(
            request_id=self.id, turn=turn, returned_by=self.agent, returned_at=self.submitted_at + timedelta(hours=1)
        )

    def accepted(self, *, in_time: bool = True, promised_on: date | None = None) -> RequestAccepted:
        return RequestAccepted(
            request_id=self.id,
            accepted_by=self.agent,
            accepted_at=self.submitted_at + timedelta(hours=1 if in_time else 3),
            in_time=in_time,
            promised_on=promised_on,
        )

    def contacted(self, *, in_time: bool = True) -> RequestContacted:
        """The agent speaks with whoever asked."""
        return RequestContacted(
            request_id=self.id, contacted_at=self.submitted_at + timedelta(hours=6 if in_time else 30), in_time=in_time
        )

    def limit_missed(self, clock: str, *, level: int = 1) -> LimitMissed:
        """A limit ends a day after the case came, and the next above hears of it."""
        return LimitMissed(
            request_id=self.id,
            clock_id=uuid5(self.id, clock),
            clock=clock,
            due_at=self.submitted_at + timedelta(days=1),
            level=level,
            organization_id=None,
        )

    def handled(self, *, of_round: int = 1, in_time: bool = True, by: UUID | None = None) -> RequestHandled:
        return RequestHandled(
            request_id=self.id,
            round=of_round,
            requester_id=self.requester,
            handler_id=by or self.agent,
            handled_at=self.submitted_at + timedelta(days=of_round if in_time else 6 + of_round),
            in_time=in_time,
        )

    def judged(self, solved: str, *, of_round: int = 1) -> RequestJudged:
        return RequestJudged(
            request_id=self.id,
            round=of_round,
            solved=solved,
            judged_at=self.submitted_at + timedelta(days=of_round, hours=1),
        )

    def excluded(self, reason: str = "repeat") -> RequestExcluded:
        """Two persons leave it out of scores."""
        return RequestExcluded(request_id=self.id, reason=reason, excluded_at=self.submitted_at + timedelta(days=3))

    def included(self) -> RequestIncluded:
        """Two persons have it count again."""
        return RequestIncluded(request_id=self.id, included_at=self.submitted_at + timedelta(days=4))

    def set_aside(self, *, of_round: int = 1) -> GradeSetAside:
        """Two persons found that the grade of a round is not real."""
        return GradeSetAside(
            request_id=self.id, round=of_round, set_aside_at=self.submitted_at + timedelta(days=of_round, hours=2)
        )

    def opened(self, *, of_round: int = 1) -> RectificationOpened:
        return RectificationOpened(
            rectification_id=uuid5(self.id, str(of_round)),
            request_id=self.id,
            round=of_round,
            organization_id=organization_id(self.organization),
            responsible_id=self.agent,
            opened_at=self.submitted_at + timedelta(days=of_round, hours=2),
            due_at=self.submitted_at + timedelta(days=of_round + 7),
        )

    def verified(self, *, of_round: int = 1) -> RectificationVerified:
        return RectificationVerified(
            rectification_id=uuid5(self.id, str(of_round)),
            request_id=self.id,
            round=of_round,
            verified_by=uuid4(),
            verified_at=self.submitted_at + timedelta(days=of_round, hours=20),
            in_time=True,
        )

    def up_to_handling(self) -> list[Event]:
        """The way of a case that goes well, until its first round is reported done."""
        return [self.submitted(), self.dispatched(), self.accepted(), self.handled()]


def on_the_log(facts: Sequence[Event]) -> list[Record]:
    """The facts as a log would give them, each with an id of its own."""
    return [Record(id=uuid4(), type=fact.type, key=fact.key, time=NOON, body=fact.model_dump_json()) for fact in facts]
