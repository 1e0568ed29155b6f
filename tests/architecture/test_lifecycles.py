"""Every move from every stage of every life cycle: what is allowed is written out here, not taken from the code."""

from enum import StrEnum
from itertools import product

import pytest

from chassis.problems import NotAllowedNow
from profiles.lifecycles import lifecycles
from services.feedback.accountability.words import AccountabilityStage
from services.feedback.cells.model import TermStage
from services.feedback.deliberations.meetings.model import VillageMeetingStage
from services.feedback.deliberations.model import DeliberationStage
from services.feedback.deliberations.notices.model import ObjectionStage
from services.feedback.disclosures.model import EditionStage
from services.feedback.disclosures.questions.model import QuestionStage
from services.feedback.grades.model import ReviewStage
from services.feedback.hearings.model import HearingStage
from services.feedback.national_ratings.model import SendingStage
from services.feedback.ratings.model import InvitationStage
from services.feedback.result_appeals.model import ResultAppealStage
from services.feedback.suggestions.model import ConsultationStage
from services.feedback.surveys.definitions.model import SurveyStage
from services.feedback.vetoes.model import VetoStage
from services.members.aid_files.model import AidStage
from services.members.consents.model import ConsentStage
from services.members.erasures.model import ErasureStage
from services.members.pairings.model import PairingStage
from services.members.texts.model import TextStage
from services.members.unmaskings.model import UnmaskingStage
from services.tasks.appeals.model import AppealStage
from services.tasks.assignments.model import AssignmentStage
from services.tasks.checklists.model import ChecklistStage
from services.tasks.contests.model import ContestStage
from services.tasks.coordination.model import MeetingStage
from services.tasks.duties.model import ListStage
from services.tasks.findings.model import FindingStage
from services.tasks.inspection_plans.model import PlanStage
from services.tasks.interviews.model import InterviewStage
from services.tasks.ledger.entries.model import EntryStage
from services.tasks.ledger.loans.model import LoanStage
from services.tasks.letters.model import LetterStage
from services.tasks.mandates.model import MandateStage
from services.tasks.model_posts.model import ModelStage
from services.tasks.notes.model import NoteStage
from services.tasks.orders.model import OrderStage
from services.tasks.pledges.model import PledgeStage
from services.tasks.post_duties.model import ClaimStage
from services.tasks.rechecks.model import OwedStage
from services.tasks.rectifications.model import RectificationStage
from services.tasks.recurring_duties.model import DutyStage
from services.tasks.requests.stages import Stage
from services.tasks.samples.model import DrawStage
from services.tasks.stationings.model import TurnStage
from services.tasks.visits.model import VisitStage
from services.tasks.volunteering.model import ServiceStage

STAGES: dict[str, type[StrEnum]] = {
    "feedback.accountability": AccountabilityStage,
    "feedback.cells": TermStage,
    "feedback.grades": ReviewStage,
    "feedback.result_appeals": ResultAppealStage,
    "feedback.vetoes": VetoStage,
    "feedback.disclosures": EditionStage,
    "feedback.disclosures.questions": QuestionStage,
    "feedback.national_ratings": SendingStage,
    "feedback.hearings": HearingStage,
    "feedback.deliberations": DeliberationStage,
    "feedback.deliberations.meetings": VillageMeetingStage,
    "feedback.deliberations.notices": ObjectionStage,
    "feedback.ratings": InvitationStage,
    "feedback.suggestions": ConsultationStage,
    "feedback.surveys.definitions": SurveyStage,
    "members.aid_files": AidStage,
    "members.consents": ConsentStage,
    "members.erasures": ErasureStage,
    "members.pairings": PairingStage,
    "members.texts": TextStage,
    "members.unmaskings": UnmaskingStage,
    "tasks.appeals": AppealStage,
    "tasks.assignments": AssignmentStage,
    "tasks.checklists": ChecklistStage,
    "tasks.coordination": MeetingStage,
    "tasks.duties": ListStage,
    "tasks.inspection_plans": PlanStage,
    "tasks.samples": DrawStage,
    "tasks.letters": LetterStage,
    "tasks.ledger.entries": EntryStage,
    "tasks.ledger.loans": LoanStage,
    "tasks.findings": FindingStage,
    "tasks.interviews": InterviewStage,
    "tasks.orders": OrderStage,
    "tasks.mandates": MandateStage,
    "tasks.notes": NoteStage,
    "tasks.contests": ContestStage,
    "tasks.rechecks": OwedStage,
    "tasks.rectifications": RectificationStage,
    "tasks.recurring_duties": DutyStage,
    "tasks.pledges": PledgeStage,
    "tasks.post_duties": ClaimStage,
    "tasks.model_posts": ModelStage,
    "tasks.volunteering": ServiceStage,
    "tasks.requests": Stage,
    "tasks.stationings": TurnStage,
    "tasks.visits": VisitStage,
}
ALLOWED = {
    "tasks.interviews": {
        ("called", "hold"): "held",
        ("called", "call_off"): "called_off",
        ("held", "pass"): "late",
        ("held", "keep"): "kept",
        ("late", "keep"): "kept",
        ("late", "break"): "broken",
    },
    "tasks.findings": {
        ("raised", "own"): "owned",
        ("raised", "contest"): "contested",
        ("contested", "uphold"): "owned",
        ("contested", "withdraw"): "withdrawn",
        ("owned", "report"): "reported",
        ("reported", "return"): "owned",
        ("reported", "close_out"): "closed",
    },
    "tasks.samples": {
        ("committing", "publish"): "revealing",
        ("revealing", "draw"): "drawn",
        ("committing", "lapse"): "lapsed",
        ("revealing", "lapse"): "lapsed",
    },
    "tasks.inspection_plans": {
        ("draft", "freeze"): "frozen",
        ("frozen", "draw"): "drawn",
        ("frozen", "end"): "ended",
        ("drawn", "end"): "ended",
    },
    "feedback.accountability": {
        ("proposed", "answer"): "heard",
        ("proposed", "pass"): "heard",
        ("heard", "decide"): "decided",
        ("proposed", "drop"): "dropped",
        ("heard", "drop"): "dropped",
        ("decided", "appeal"): "appealed",
        ("appealed", "confirm"): "confirmed",
        ("appealed", "quash"): "quashed",
        ("decided", "end"): "ended",
        ("confirmed", "end"): "ended",
    },
    "feedback.grades": {
        ("collecting", "propose"): "proposed",
        ("proposed", "propose"): "proposed",
        ("proposed", "refuse"): "collecting",
        ("proposed", "confirm"): "graded",
    },
    "feedback.result_appeals": {
        ("open", "uphold"): "upheld",
        ("open", "dismiss"): "dismissed",
    },
    "feedback.vetoes": {
        ("proposed", "confirm"): "confirmed",
        ("proposed", "refuse"): "refused",
        ("confirmed", "lift"): "lifted",
    },
    "feedback.cells": {
        ("planned", "open"): "open",
        ("planned", "drop"): "dropped",
        ("open", "close"): "closed",
    },
    "feedback.disclosures": {
        ("waiting", "confirm"): "public",
        ("waiting", "send_back"): "sent_back",
        ("public", "replace"): "replaced",
    },
    "feedback.disclosures.questions": {("asked", "answer"): "answered"},
    "feedback.surveys.definitions": {
        ("draft", "revise"): "draft",
        ("draft", "announce"): "announced",
        ("announced", "open"): "open",
        ("open", "close"): "closed",
        ("closed", "publish"): "published",
        ("draft", "drop"): "dropped",
        ("announced", "drop"): "dropped",
    },
    "feedback.suggestions": {
        ("announced", "decide"): "decided",
        ("announced", "withdraw"): "withdrawn",
    },
    "feedback.national_ratings": {
        ("waiting", "take"): "taken",
        ("waiting", "refuse"): "refused",
        ("waiting", "give_up"): "given_up",
        ("refused", "send_again"): "waiting",
        ("given_up", "send_again"): "waiting",
        ("refused", "replace"): "replaced",
        ("given_up", "replace"): "replaced",
    },
    "feedback.hearings": {
        ("announced", "seat"): "seated",
        ("seated", "hold"): "held",
        ("held", "decide"): "decided",
        ("announced", "call_off"): "called_off",
        ("seated", "call_off"): "called_off",
    },
    "feedback.deliberations": {
        ("proposing", "carry_proposal"): "consulting",
        ("consulting", "carry_consultation"): "deliberating",
        ("deliberating", "carry_deliberation"): "resolving",
        ("resolving", "carry_resolution"): "resolved",
        ("proposing", "reject"): "rejected",
        ("consulting", "reject"): "rejected",
        ("deliberating", "reject"): "rejected",
        ("resolving", "reject"): "rejected",
        ("rejected", "propose_again"): "proposing",
        ("rejected", "elect_again"): "resolving",
        ("proposing", "end"): "ended",
        ("consulting", "end"): "ended",
        ("deliberating", "end"): "ended",
        ("resolving", "end"): "ended",
        ("rejected", "end"): "ended",
        ("resolved", "post"): "posted",
        ("posted", "object"): "rejected",
        ("posted", "put_in_force"): "implementing",
        ("posted", "conclude"): "finished",
        ("reported", "conclude"): "finished",
        ("implementing", "give_again"): "implementing",
        ("reported", "give_again"): "implementing",
        ("implementing", "carry_out"): "carried_out",
        ("carried_out", "report"): "reported",
    },
    "feedback.deliberations.meetings": {
        ("called", "record"): "recorded",
        ("recorded", "return"): "called",
        ("recorded", "confirm"): "confirmed",
        ("called", "call_off"): "called_off",
    },
    "feedback.deliberations.notices": {
        ("open", "uphold"): "upheld",
        ("open", "dismiss"): "dismissed",
    },
    "feedback.ratings": {
        ("open", "rate"): "rated",
        ("open", "pass"): "over",
        ("open", "expire"): "expired",
    },
    "members.erasures": {
        ("asked", "propose"): "proposed",
        ("proposed", "erase"): "erased",
        ("proposed", "refuse"): "refused",
    },
    "members.aid_files": {
        ("identified", "post"): "notice",
        ("identified", "refuse"): "refused",
        ("notice", "close_notice"): "deciding",
        ("deciding", "take_in"): "in_force",
        ("deciding", "refuse"): "refused",
        ("in_force", "post_exit"): "exit_notice",
        ("exit_notice", "close_exit_notice"): "exit_deciding",
        ("exit_deciding", "let_go"): "exited",
        ("exit_deciding", "keep"): "in_force",
    },
    "tasks.visits": {
        ("recorded", "contest"): "contested",
        ("answered", "contest"): "contested",
        ("contested", "answer"): "answered",
    },
    "members.pairings": {
        ("running", "hand_over"): "handed_over",
        ("running", "end"): "ended",
    },
    "members.consents": {
        ("waiting", "give"): "given",
        ("waiting", "end"): "over",
    },
    "members.texts": {
        ("waiting", "send"): "sent",
        ("waiting", "refuse"): "refused",
        ("waiting", "give_up"): "given_up",
    },
    "members.unmaskings": {
        ("waiting", "grant"): "granted",
        ("waiting", "refuse"): "refused",
        ("granted", "show"): "shown",
    },
    "tasks.appeals": {
        ("open", "uphold"): "upheld",
        ("open", "dismiss"): "dismissed",
    },
    "tasks.assignments": {
        ("issued", "pledge"): "pledged",
        ("pledged", "report"): "reported",
        ("returned", "report"): "reported",
        ("reported", "accept"): "accepted",
        ("reported", "return"): "returned",
        ("accepted", "close_out"): "closed_out",
        ("issued", "hand_over"): "issued",
        ("pledged", "hand_over"): "issued",
        ("returned", "hand_over"): "issued",
        ("issued", "withdraw"): "withdrawn",
        ("pledged", "withdraw"): "withdrawn",
        ("returned", "withdraw"): "withdrawn",
        ("reported", "withdraw"): "withdrawn",
    },
    "tasks.checklists": {
        ("draft", "publish"): "published",
        ("published", "close"): "closed",
        ("closed", "reopen"): "published",
    },
    "tasks.coordination": {
        ("called", "hold"): "held",
        ("called", "cancel"): "cancelled",
    },
    "tasks.duties": {
        ("draft", "put_in_force"): "in_force",
        ("in_force", "replace"): "replaced",
        ("in_force", "take_back"): "draft",
        ("replaced", "reinstate"): "in_force",
    },
    "tasks.stationings": {
        ("planned", "hand_over"): "handed_over",
        ("handed_over", "take_over"): "taken_over",
        ("planned", "cancel"): "cancelled",
    },
    "tasks.letters": {
        ("made", "sign"): "signed",
        ("signed", "countersign"): "countersigned",
        ("made", "refuse"): "refused",
        ("refused", "answer"): "made",
        ("refused", "sign"): "signed",
        ("made", "replace"): "replaced",
        ("refused", "replace"): "replaced",
        ("signed", "replace"): "replaced",
        ("countersigned", "replace"): "replaced",
    },
    "tasks.ledger.entries": {
        ("recorded", "approve"): "approved",
        ("recorded", "refuse"): "refused",
        ("approved", "refuse"): "refused",
        ("approved", "pay"): "paid",
    },
    "tasks.ledger.loans": {
        ("asked", "grant"): "granted",
        ("asked", "refuse"): "refused",
        ("granted", "repay"): "granted",
        ("granted", "settle"): "repaid",
        ("granted", "reopen"): "granted",
        ("granted", "take_back"): "asked",
        ("repaid", "reopen"): "granted",
    },
    "tasks.orders": {
        ("issued", "answer"): "answered",
        ("issued", "raise"): "raised",
        ("issued", "close"): "closed",
        ("answered", "raise"): "raised",
        ("answered", "close"): "closed",
        ("raised", "answer"): "answered",
        ("raised", "raise"): "raised",
        ("raised", "close"): "closed",
        ("closed", "raise"): "raised",
    },
    "tasks.mandates": {
        ("asked", "give"): "given",
        ("asked", "refuse"): "refused",
        ("asked", "revoke"): "revoked",
        ("given", "revoke"): "revoked",
        ("given", "end"): "ended",
    },
    "tasks.notes": {
        ("kept", "turn"): "turned",
        ("kept", "drop"): "dropped",
    },
    "tasks.contests": {("open", "uphold"): "upheld", ("open", "dismiss"): "dismissed"},
    "tasks.rechecks": {
        ("waiting", "hold_back"): "waiting",
        ("due", "hold_back"): "waiting",
        ("waiting", "fall_due"): "due",
        ("due", "fall_due"): "due",
        ("due", "answer"): "answered",
        ("due", "give_up"): "unreached",
        ("waiting", "give_up"): "unreached",
    },
    "tasks.rectifications": {
        ("opened", "plan"): "planned",
        ("planned", "plan"): "planned",
        ("planned", "report"): "done",
        ("done", "return"): "planned",
        ("done", "verify"): "verified",
    },
    "tasks.pledges": {
        ("draft", "publish"): "published",
        ("draft", "withdraw"): "withdrawn",
        ("published", "report"): "reported",
        ("reported", "find_kept"): "kept",
        ("published", "find_not_kept"): "not_kept",
        ("reported", "find_not_kept"): "not_kept",
    },
    "tasks.post_duties": {
        ("claimed", "confirm"): "held",
        ("claimed", "refuse"): "refused",
        ("claimed", "end"): "ended",
        ("held", "end"): "ended",
    },
    "tasks.model_posts": {
        ("proposed", "award"): "awarded",
        ("proposed", "refuse"): "refused",
        ("awarded", "revoke"): "revoked",
    },
    "tasks.volunteering": {
        ("announced", "do"): "done",
        ("announced", "cancel"): "cancelled",
    },
    "tasks.recurring_duties": {
        ("open", "do"): "done",
        ("done", "return"): "open",
        ("open", "skip"): "skipped",
    },
    "tasks.requests": {
        ("received", "dispatch"): "dispatched",
        ("returned", "dispatch"): "dispatched",
        ("difficult", "dispatch"): "dispatched",
        ("dispatched", "return"): "returned",
        ("dispatched", "take_over"): "returned",
        ("accepted", "take_over"): "returned",
        ("contacted", "take_over"): "returned",
        ("handling", "take_over"): "returned",
        ("extended", "take_over"): "returned",
        ("dispatched", "accept"): "accepted",
        ("accepted", "contact"): "contacted",
        ("dispatched", "promise"): "handling",
        ("accepted", "promise"): "handling",
        ("contacted", "promise"): "handling",
        ("dispatched", "answer"): "handled",
        ("accepted", "answer"): "handled",
        ("contacted", "answer"): "handled",
        ("handling", "pause"): "paused",
        ("extended", "pause"): "paused",
        ("paused", "resume"): "handling",
        ("handling", "extend"): "extended",
        ("extended", "extend"): "extended",
        ("handling", "report"): "handled",
        ("extended", "report"): "handled",
        ("handled", "reply"): "replied",
        ("handled", "call_back"): "call_back",
        ("replied", "call_back"): "call_back",
        ("handled", "find_solved"): "judged",
        ("replied", "find_solved"): "judged",
        ("call_back", "find_solved"): "judged",
        ("judged", "find_solved"): "judged",
        ("archived", "find_solved"): "judged",
        ("handled", "find_wanting"): "rectifying",
        ("replied", "find_wanting"): "rectifying",
        ("call_back", "find_wanting"): "rectifying",
        ("judged", "find_wanting"): "rectifying",
        ("archived", "find_wanting"): "rectifying",
        ("rectifying", "find_wanting"): "rectifying",
        ("appealed", "find_wanting"): "rectifying",
        ("rectifying", "verify"): "handled",
        ("difficult", "verify"): "handled",
        ("handled", "appeal"): "appealed",
        ("replied", "appeal"): "appealed",
        ("call_back", "appeal"): "appealed",
        ("judged", "appeal"): "appealed",
        ("archived", "appeal"): "appealed",
        ("appealed", "dismiss"): "judged",
        ("handling", "find_difficult"): "difficult",
        ("extended", "find_difficult"): "difficult",
        ("returned", "find_difficult"): "difficult",
        ("rectifying", "find_difficult"): "difficult",
        ("difficult", "take_up"): "handling",
        ("difficult", "find_wanting_again"): "difficult",
        ("received", "merge"): "merged",
        ("dispatched", "merge"): "merged",
        ("returned", "merge"): "merged",
        ("accepted", "merge"): "merged",
        ("contacted", "merge"): "merged",
        ("handling", "merge"): "merged",
        ("extended", "merge"): "merged",
        ("merged", "follow"): "handled",
        ("merged", "part_new"): "received",
        ("merged", "part_waiting"): "returned",
        ("merged", "part_accepted"): "accepted",
        ("merged", "part_contacted"): "contacted",
        ("merged", "part_extended"): "extended",
        ("merged", "part_unsigned"): "dispatched",
        ("merged", "part_signed"): "handling",
        ("handled", "archive"): "archived",
        ("replied", "archive"): "archived",
        ("call_back", "archive"): "archived",
        ("judged", "archive"): "archived",
    },
}
WALK = [
    (name, stage, move) for name, table in lifecycles().items() for stage, move in product(STAGES[name], table.moves)
]


def test_every_life_cycle_is_walked() -> None:
    assert lifecycles().keys() == STAGES.keys() == ALLOWED.keys()
    for name, table in lifecycles().items():
        assert {move for _, move in ALLOWED[name]} == set(table.moves)


@pytest.mark.parametrize(("name", "stage", "move"), WALK, ids=[f"{n}-{s}-{m}" for n, s, m in WALK])
def test_every_move_from_every_stage(name: str, stage: StrEnum, move: str) -> None:
    table = lifecycles()[name]
    end = ALLOWED[name].get((stage.value, move))
    assert table.allows(move, stage) is (end is not None)
    if end is not None:
        assert table.after(move, stage).value == end
    else:
        with pytest.raises(NotAllowedNow):
            table.after(move, stage)


@pytest.mark.parametrize("name", sorted(STAGES))
def test_every_stage_can_be_reached_from_the_first_ones(name: str) -> None:
    first = {
        "feedback.accountability": {"proposed"},
        "feedback.cells": {"planned"},
        "feedback.grades": {"collecting"},
        "feedback.result_appeals": {"open"},
        "feedback.vetoes": {"proposed"},
        "feedback.disclosures": {"waiting"},
        "feedback.disclosures.questions": {"asked"},
        "feedback.national_ratings": {"waiting"},
        "feedback.hearings": {"announced"},
        "feedback.deliberations": {"proposing"},
        "feedback.deliberations.meetings": {"called"},
        "feedback.deliberations.notices": {"open"},
        "feedback.suggestions": {"announced"},
        "feedback.ratings": {"open"},
        "feedback.surveys.definitions": {"draft"},
        "tasks.interviews": {"called"},
        "tasks.findings": {"raised"},
        "tasks.samples": {"committing"},
        "tasks.inspection_plans": {"draft"},
        "members.aid_files": {"identified"},
        "members.pairings": {"running"},
        "members.consents": {"waiting"},
        "members.erasures": {"asked"},
        "members.texts": {"waiting"},
        "members.unmaskings": {"waiting"},
        "tasks.appeals": {"open"},
        "tasks.assignments": {"issued"},
        "tasks.checklists": {"draft"},
        "tasks.coordination": {"called"},
        "tasks.duties": {"draft"},
        "tasks.letters": {"made"},
        "tasks.ledger.entries": {"recorded"},
        "tasks.ledger.loans": {"asked"},
        "tasks.stationings": {"planned"},
        "tasks.orders": {"issued"},
        "tasks.mandates": {"asked"},
        "tasks.notes": {"kept"},
        "tasks.contests": {"open"},
        "tasks.rechecks": {"waiting"},
        "tasks.rectifications": {"opened"},
        "tasks.recurring_duties": {"open"},
        "tasks.pledges": {"draft"},
        "tasks.post_duties": {"claimed"},
        "tasks.model_posts": {"proposed"},
        "tasks.volunteering": {"announced"},
        "tasks.requests": {"received"},
        "tasks.visits": {"recorded"},
    }[name]
    reached = set(first)
    while more := {end for (stage, _), end in ALLOWED[name].items() if stage in reached} - reached:
        reached |= more
    assert reached == {stage.value for stage in STAGES[name]}
