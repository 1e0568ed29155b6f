"""The service whole, on one page."""

from pathlib import Path

from chassis import exports, proposals
from chassis.audit.hearing import keep_day_of_members, keep_day_of_tasks
from chassis.burden import Counting
from chassis.documents import Typesetter
from chassis.plans import table_of
from chassis.retention import Retention
from chassis.service import Service
from chassis.two_persons import TwoPersons
from contracts.feedback import AuditDaySealed, BurdenCounted
from services.feedback.accountability import actions as accountability_actions
from services.feedback.accountability import api as accountability
from services.feedback.accountability import figures as accountability_figures
from services.feedback.accountability import honours
from services.feedback.accountability.handlers import ask_to_consider, ask_to_consider_a_survey
from services.feedback.ballots import api as ballots
from services.feedback.ballots.box import Box
from services.feedback.ballots.work import Work
from services.feedback.cases.handlers import (
    record_a_grade_set_aside,
    record_a_missed_contact,
    record_acceptance,
    record_contact,
    record_dispatch,
    record_exclusion,
    record_handling,
    record_inclusion,
    record_judgement,
    record_return,
    record_submission,
    record_the_opening_of_a_rectification,
    record_the_verification_of_a_rectification,
)
from services.feedback.cases.model import CaseRecord
from services.feedback.cells import api as cells
from services.feedback.cells.actions import CLOSE
from services.feedback.cells.handlers import keep_the_key_of_a_cell, set_a_cell_aside
from services.feedback.deliberations import api as deliberations
from services.feedback.deliberations import public_api as village_decisions
from services.feedback.deliberations.handlers import follow_the_carrying_out, forget_who_objected
from services.feedback.deliberations.meetings import api as village_meetings
from services.feedback.deliberations.notices import actions as public_notice_actions
from services.feedback.deliberations.notices import api as public_notices
from services.feedback.disclosures import api as disclosures
from services.feedback.disclosures.planning import OVER, find_missing, list_ahead
from services.feedback.disclosures.questions import api as disclosure_questions
from services.feedback.disclosures.schedule import DisclosureSchedule
from services.feedback.erasures.handlers import cut_the_ties
from services.feedback.grades import api as grades
from services.feedback.grades.actions import GRADES
from services.feedback.hearings import api as hearings
from services.feedback.hearings.handlers import forget_who_took_part
from services.feedback.holdings import HOLDINGS
from services.feedback.intake import api as intake
from services.feedback.mandates.handlers import hand_mandates_over, know_of_a_mandate, know_of_its_end
from services.feedback.national_ratings import api as national_ratings
from services.feedback.national_ratings.actions import NationalRatings
from services.feedback.national_ratings.mapping import FieldMap
from services.feedback.national_ratings.sending import send_ratings
from services.feedback.public_figures import api as public_figures
from services.feedback.ratings import api as ratings
from services.feedback.ratings.actions import INVITATION, remind_or_expire
from services.feedback.ratings.handlers import hand_invitations_over_to_the_person, invite_the_person_served
from services.feedback.recurring_duties import handlers as duties
from services.feedback.reports import actions as report_actions
from services.feedback.reports import api as reports
from services.feedback.result_appeals import actions as result_appeal_actions
from services.feedback.result_appeals import api as result_appeals
from services.feedback.results import api as results
from services.feedback.results.actions import close_term
from services.feedback.roster.handlers import hold_post, list_division, record_organization
from services.feedback.roster.model import Post
from services.feedback.rules.consequences import ConsequenceRules
from services.feedback.rules.meetings import DeliberationRules
from services.feedback.rules.pack import FeedbackRules
from services.feedback.scorecards import api as scorecards
from services.feedback.suggestions import api as suggestions
from services.feedback.surveys.answers import api as survey_answers
from services.feedback.surveys.definitions import actions as survey_actions
from services.feedback.surveys.definitions import api as surveys
from services.feedback.surveys.definitions.handlers import keep_how_many_were_drawn, keep_the_key_of_a_part
from services.feedback.surveys.results import api as survey_results
from services.feedback.surveys.results.actions import publish_survey
from services.feedback.tables import Table
from services.feedback.vetoes import api as vetoes
from services.feedback.vetoes.actions import VETO

RETENTION = Path(__file__).with_name("retention.yaml")


def build(
    *,
    rules: FeedbackRules | None = None,
    consequences: ConsequenceRules | None = None,
    deliberation_rules: DeliberationRules | None = None,
    box: Box | None = None,
    work: Work | None = None,
    typesetter: Typesetter | None = None,
    disclosed: DisclosureSchedule | None = None,
    national: NationalRatings | None = None,
) -> Service:
    """The service `feedback`, ready to be mounted; what is not given is what comes with the program."""
    national = national or NationalRatings(None, FieldMap.load())
    return Service(
        name="feedback",
        seals=AuditDaySealed,
        counts=Counting(BurdenCounted, posts=table_of(Post)),
        owns=Table.metadata,
        upkeep=[Retention.load(RETENTION, Table.metadata).sweep, report_actions.issue_what_is_due, list_ahead],
        offers=[
            ratings.router,
            scorecards.router,
            intake.router,
            public_figures.router,
            cells.router,
            ballots.router,
            results.router,
            reports.router,
            disclosures.router,
            disclosure_questions.router,
            accountability.router,
            honours.router,
            accountability_figures.router,
            surveys.router,
            survey_answers.of_surveys,
            survey_answers.router,
            survey_results.router,
            national_ratings.router,
            vetoes.router,
            grades.router,
            result_appeals.router,
            deliberations.router,
            village_meetings.router,
            public_notices.router,
            village_decisions.router,
            suggestions.router,
            hearings.router,
            proposals.routes(),
            exports.routes(HOLDINGS),
        ],
        uses=[
            HOLDINGS,
            rules or FeedbackRules.load(),
            consequences or ConsequenceRules.load(),
            deliberation_rules or DeliberationRules.load(),
            box or Box(),
            work or Work(),
            TwoPersons(
                report_actions.REISSUE, accountability_actions.DECIDE, VETO, GRADES, result_appeal_actions.DECIDE
            ),
            typesetter or Typesetter(),
            disclosed or DisclosureSchedule.load(),
            national,
        ],
        keeps_time={
            CLOSE: close_term,
            INVITATION: remind_or_expire,
            accountability_actions.HEARD: accountability_actions.hear_no_longer,
            accountability_actions.END: accountability_actions.end,
            survey_actions.OPEN: survey_actions.open_survey,
            survey_actions.CLOSE: survey_actions.close_survey,
            survey_actions.PUBLISH: publish_survey,
            OVER: find_missing,
            public_notice_actions.SETTLE: public_notice_actions.settle,
        },
        errands=[send_ratings] if national.platform else [],
        hears=[
            keep_day_of_members,
            keep_day_of_tasks,
            list_division,
            record_organization,
            hold_post,
            cut_the_ties,
            record_submission,
            record_dispatch,
            record_return,
            record_acceptance,
            record_contact,
            record_a_missed_contact,
            record_handling,
            invite_the_person_served,
            hand_mandates_over,  # before the note that the account is bound
            hand_invitations_over_to_the_person,
            know_of_a_mandate,
            know_of_its_end,
            record_judgement,
            record_exclusion,
            record_inclusion,
            record_a_grade_set_aside,
            set_a_cell_aside,
            record_the_opening_of_a_rectification,
            record_the_verification_of_a_rectification,
            duties.record_a_duty_done,
            duties.record_a_missed_duty,
            duties.record_a_duty_sent_back,
            duties.record_a_duty_left_out,
            keep_the_key_of_a_cell,
            keep_the_key_of_a_part,
            keep_how_many_were_drawn,
            ask_to_consider,
            ask_to_consider_a_survey,
            follow_the_carrying_out,
            forget_who_objected,
            forget_who_took_part,
        ],
        fetches=[(CaseRecord, "request_id")],
    )
