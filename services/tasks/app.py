"""The tasks service on one page: what it offers, hears, keeps time for and owns."""

from pathlib import Path

from chassis import exports, proposals
from chassis.audit.hearing import keep_day_of_feedback, keep_day_of_members
from chassis.burden import Counting, Messages
from chassis.calendar import WorkCalendar
from chassis.documents import Typesetter
from chassis.objects import Objects
from chassis.plans import table_of
from chassis.retention import Retention
from chassis.service import Service
from chassis.two_persons import TwoPersons
from contracts.tasks import AuditDaySealed, BurdenCounted
from services.tasks.acceptances import api as acceptances
from services.tasks.appeals import api as appeals
from services.tasks.assessments import api as assessments
from services.tasks.assignments import api as assignments
from services.tasks.assignments import lateness
from services.tasks.attachments import actions as attachments
from services.tasks.attachments.api import router as attachments_router
from services.tasks.breakdowns import api as breakdowns
from services.tasks.bulk_dispatches import actions as bulk_dispatches
from services.tasks.bulk_dispatches.api import router as bulk_dispatches_router
from services.tasks.bulletins import api as bulletins
from services.tasks.burden import api as burden
from services.tasks.burden.fields import Fields
from services.tasks.burden.handlers import add_up_feedback, add_up_members, add_up_tasks
from services.tasks.calendars import views as calendars
from services.tasks.calendars.views import ReadCalendars
from services.tasks.call_backs import api as call_backs
from services.tasks.case_exports import actions as case_exports
from services.tasks.case_exports.api import router as case_exports_router
from services.tasks.case_exports.model import ExportLimit
from services.tasks.caseload import api as caseload
from services.tasks.catalogue import api as catalogue
from services.tasks.catalogue.model import Catalogue
from services.tasks.checklists import api as checklists
from services.tasks.checklists import issuing
from services.tasks.checklists.templates import ListTemplates
from services.tasks.clocks import actions as clocks
from services.tasks.clocks import api as clock_lives
from services.tasks.clocks.running import TIMER
from services.tasks.contests import actions as contesting
from services.tasks.contests import api as contests
from services.tasks.coordination import api as coordination
from services.tasks.daily_reports import actions as daily_report_actions
from services.tasks.daily_reports import api as daily_reports
from services.tasks.desk_views import api as desk_views
from services.tasks.dispatches import api as dispatches
from services.tasks.dispatches.load import Load
from services.tasks.duties import api as duties
from services.tasks.duties.book import DutyBook
from services.tasks.erasures.handlers import take_away_the_words
from services.tasks.extensions import api as extensions
from services.tasks.findings import actions as finding
from services.tasks.findings import api as findings
from services.tasks.groups import actions as group_actions
from services.tasks.groups import api as groups
from services.tasks.helping import api as helping
from services.tasks.holdings import HOLDINGS
from services.tasks.hotline import actions as hotline_rosters
from services.tasks.hotline import api as hotline
from services.tasks.inspection_plans import actions as inspection_planning
from services.tasks.inspection_plans import api as inspection_plans
from services.tasks.inspections import api as inspections
from services.tasks.intake import api as intake
from services.tasks.intake.model import Looked
from services.tasks.interim import actions as interim_replies
from services.tasks.interim import api as interim
from services.tasks.interviews import actions as interviewing
from services.tasks.interviews import api as interviews
from services.tasks.ledger import api as ledger
from services.tasks.ledger.goods import GoodsList
from services.tasks.letter_batches import actions as letter_batches
from services.tasks.letter_batches.api import router as letter_batches_router
from services.tasks.letters import api as letters
from services.tasks.letters import checks as letter_checks
from services.tasks.letters import following as letters_following
from services.tasks.letters import handlers as letters_hearing
from services.tasks.list_sheets import api as list_sheets
from services.tasks.live import api as live
from services.tasks.live.feed import Feed
from services.tasks.mandates import actions as mandate_actions
from services.tasks.mandates import api as mandates
from services.tasks.mandates.handlers import end_for_the_erased, give_by_code, hand_mandates_over_to_the_person
from services.tasks.merges import api as merges
from services.tasks.model_posts import actions as model_posts
from services.tasks.model_posts.api import router as model_posts_router
from services.tasks.notes import actions as note_actions
from services.tasks.notes import api as notes
from services.tasks.notices import actions as telling
from services.tasks.notices import api as notices
from services.tasks.notices.handlers import (
    remind_of_a_grade,
    tell_of_a_measure,
    tell_of_a_missing_disclosure,
    tell_of_a_settled_appeal,
    tell_of_a_year_grade,
    tell_of_misused_sign_in,
    tell_of_unmasking,
)
from services.tasks.notices.model import AS_MESSAGES, Notice
from services.tasks.open311 import api as open311
from services.tasks.opinions.actions import Judged
from services.tasks.opinions.api import router as opinions_router
from services.tasks.opinions.model import OpinionAbout
from services.tasks.orders import actions as expediting
from services.tasks.orders import api as orders
from services.tasks.outcomes import api as outcomes
from services.tasks.outcomes import archiving
from services.tasks.own_times import api as own_times
from services.tasks.pauses import actions as pausing
from services.tasks.pauses import api as pauses
from services.tasks.petitions import api as petitions
from services.tasks.pledges import actions as pledges
from services.tasks.pledges.api import router as pledges_router
from services.tasks.post_duties import actions as post_duties
from services.tasks.post_duties.api import router as post_duties_router
from services.tasks.progress import handlers as progress
from services.tasks.progress.model import Tally
from services.tasks.publications import api as publications
from services.tasks.publications import handlers as publishing
from services.tasks.readings import api as readings
from services.tasks.rechecks import actions as recheck_actions
from services.tasks.rechecks import api as rechecks
from services.tasks.rechecks import owing
from services.tasks.rectifications import api as rectifications
from services.tasks.rectifications import oversight as rectifications_below
from services.tasks.rectifications.handlers import open_for_a_bad_grade
from services.tasks.recurring_duties import actions as recurring_duties_actions
from services.tasks.recurring_duties import api as recurring_duties
from services.tasks.recurring_duties import making as recurring
from services.tasks.recurring_duties.rules import RecurringRules
from services.tasks.repeats import actions as repeat_marks
from services.tasks.repeats import api as repeats
from services.tasks.repeats import exclusions
from services.tasks.requests import api as requests
from services.tasks.requests import discipline
from services.tasks.requests.handlers import (
    AGAIN,
    complain_of_a_grade_asked_for,
    complain_of_money_asked_for,
    give_to_the_new_inspector,
    hand_over_again,
    hand_over_to_the_person,
    look_for_an_inspector,
)
from services.tasks.requests.policy import concerns
from services.tasks.resolutions import handlers as resolutions
from services.tasks.resources import api as resources
from services.tasks.roster.duty import OnDuty
from services.tasks.roster.handlers import (
    declare_absence,
    end_pairing,
    hold_post,
    list_division,
    list_household,
    make_pairing,
    people_household,
    record_organization,
    register_client,
)
from services.tasks.roster.model import ApiClient, Post
from services.tasks.rules.pack import RulePack
from services.tasks.samples import actions as sampling
from services.tasks.samples import api as samples
from services.tasks.search import api as search
from services.tasks.signatures import api as signatures
from services.tasks.slips import api as slips
from services.tasks.stationings import api as stationings
from services.tasks.survey_rectifications.handlers import hear_the_next_survey, open_for_a_survey
from services.tasks.tables import Table
from services.tasks.tracking import api as tracking
from services.tasks.unit_rectifications.handlers import hear_the_next_cell, open_for_a_cell
from services.tasks.uploads import actions as uploads
from services.tasks.uploads.api import router as uploads_router
from services.tasks.urgencies import api as urgencies
from services.tasks.visits import api as visits
from services.tasks.volunteering import actions as volunteering
from services.tasks.volunteering.api import router as volunteering_router
from services.tasks.warnings import ladder

RETENTION = Path(__file__).with_name("retention.yaml")


def build(
    *,
    pack: RulePack,
    calendar: WorkCalendar,
    items: Catalogue,
    lists: ListTemplates,
    objects: Objects,
    most_exported: int = 20_000,
    recurring_rules: RecurringRules | None = None,
    typesetter: Typesetter | None = None,
) -> Service:
    """The service, working by this rule pack, work calendar, catalogue and list templates, its files in this store."""
    return Service(
        name="tasks",
        seals=AuditDaySealed,
        counts=Counting(
            BurdenCounted,
            posts=table_of(Post),
            clients=table_of(ApiClient),
            messages=[Messages(table_of(Notice), AS_MESSAGES)],
        ),
        concerns=concerns,
        offers=[
            requests.router,
            acceptances.router,
            clock_lives.router,
            pauses.router,
            urgencies.router,
            extensions.of_requests,
            extensions.router,
            outcomes.router,
            tracking.router,
            call_backs.router,
            appeals.router,
            petitions.router,
            slips.router,
            readings.router,
            exports.routes(HOLDINGS),
            rectifications_below.router,
            rectifications.router,
            rechecks.router,
            contests.router,
            notices.router,
            orders.router,
            interim.router,
            uploads_router,
            attachments_router,
            catalogue.router,
            own_times.router,
            own_times.sheets,
            duties.router,
            dispatches.router,
            helping.router,
            signatures.router,
            live.router,
            hotline.router,
            search.router,
            merges.router,
            publications.router,
            open311.router,
            desk_views.router,
            case_exports_router,
            intake.router,
            bulk_dispatches_router,
            repeats.router,
            mandates.router,
            caseload.router,
            checklists.router,
            checklists.items,
            breakdowns.router,
            breakdowns.parts,
            list_sheets.router,
            assignments.router,
            checklists.of_requests,
            assessments.router,
            coordination.router,
            notes.router,
            visits.router,
            burden.router,
            inspection_plans.router,
            samples.router,
            letter_checks.router,
            letters.router,
            letter_batches_router,
            *ledger.ROUTERS,
            stationings.router,
            daily_reports.router,
            groups.router,
            bulletins.router,
            recurring_duties.router,
            pledges_router,
            post_duties_router,
            model_posts_router,
            volunteering_router,
            opinions_router,
            resources.router,
            resources.of_items,
            inspections.router,
            findings.router,
            interviews.router,
            proposals.routes(),
        ],
        hears=[
            keep_day_of_members,
            keep_day_of_feedback,
            add_up_members,
            add_up_tasks,
            add_up_feedback,
            list_division,
            record_organization,
            list_household,
            people_household,
            make_pairing,
            end_pairing,
            hold_post,
            recurring.make_for_the_new,
            ladder.tell_once_it_is_held,
            give_to_the_new_inspector,
            declare_absence,
            register_client,
            open_for_a_bad_grade,
            complain_of_money_asked_for,
            complain_of_a_grade_asked_for,
            open_for_a_cell,
            hear_the_next_cell,
            open_for_a_survey,
            hear_the_next_survey,
            resolutions.carry_out_what_was_resolved,
            tell_of_misused_sign_in,
            remind_of_a_grade,
            tell_of_a_measure,
            tell_of_a_year_grade,
            tell_of_a_settled_appeal,
            tell_of_a_missing_disclosure,
            tell_of_unmasking,
            take_away_the_words,
            hand_over_to_the_person,
            publishing.tell_of_dispatch,
            publishing.tell_of_return,
            publishing.tell_of_signature,
            publishing.tell_of_pause,
            publishing.tell_of_resuming,
            publishing.tell_of_extension,
            publishing.tell_of_merge,
            publishing.tell_of_parting,
            publishing.tell_of_completion,
            publishing.tell_of_judgement,
            publishing.tell_of_rectification,
            publishing.tell_of_verification,
            publishing.take_back_what_was_published,
            give_by_code,
            letters_hearing.follow_new_items,
            letters_hearing.follow_a_new_date,
            letters_hearing.follow_a_hand_over,
            letters_hearing.follow_a_withdrawal,
            hand_mandates_over_to_the_person,
            end_for_the_erased,
            progress.count_listed,
            progress.count_pledged,
            progress.count_progressed,
            progress.count_reported,
            progress.count_accepted,
            progress.count_returned,
            progress.count_closed_out,
            progress.count_handed_over,
            progress.count_missed,
            progress.count_withdrawn,
            resolutions.tell_that_it_is_done,  # after it was counted
            resolutions.tell_of_a_new_day,
            resolutions.tell_of_another_holder,
            resolutions.tell_that_it_was_taken_off,
        ],
        fetches=[(Tally, "item_id")],
        keeps_time={
            letters_following.FOLLOW: letters_following.follow,
            group_actions.DAY_OVER: daily_report_actions.publish_days,
            TIMER: clocks.fire,
            pausing.TIMER: pausing.fire,
            attachments.FORGET: attachments.forget,
            case_exports.FORGET: case_exports.forget,
            AGAIN: hand_over_again,
            owing.LATE: owing.tell_late,
            archiving.ARCHIVE: archiving.archive,
            hotline_rosters.AHEAD: hotline_rosters.make_ahead,
            expediting.TIMER: expediting.fire,
            interim_replies.TIMER: interim_replies.fire,
            repeat_marks.EXPIRE: repeat_marks.expire,
            ladder.FILLED: ladder.tell_new_holder,
            telling.DIGEST: telling.tell_digest,
            mandate_actions.OVER: mandate_actions.end,
            mandate_actions.UNANSWERED: mandate_actions.end_unanswered,
            mandate_actions.ENDS_SOON: mandate_actions.tell_of_the_end,
            note_actions.FORGET: note_actions.forget,
            uploads.FORGET: uploads.forget,
            discipline.LOOK: look_for_an_inspector,
            sampling.OVER: sampling.lapse,
            inspection_planning.WARN: inspection_planning.warn,
            inspection_planning.END: inspection_planning.end,
            issuing.TIMER: lateness.fire,
            recurring.MAKE: recurring.make,
            recurring.NEXT: recurring.plan_next,
            recurring.REMIND: recurring.remind,
            recurring.MISSED: recurring.tell_missed,
            finding.LATE: finding.call_late,
            interviewing.LATE: interviewing.pass_by,
        },
        owns=Table.metadata,
        follows=[calendars.follow],
        upkeep=[
            calendars.keep,
            recurring.begin,
            recheck_actions.draw_what_is_due,
            Retention.load(RETENTION, Table.metadata).sweep,
        ],
        errands=[case_exports.write_next, bulk_dispatches.carry_on, letter_batches.carry_on],
        uses=[
            HOLDINGS,
            Fields.load(),
            Judged(
                {
                    OpinionAbout.PLEDGE: pledges.judged,
                    OpinionAbout.POST_DUTY: post_duties.judged,
                    OpinionAbout.MODEL_POST: model_posts.judged,
                    OpinionAbout.VOLUNTEER_SERVICE: volunteering.judged,
                }
            ),
            recurring_rules or RecurringRules.load(),
            pack,
            calendar.copy(),
            ReadCalendars(),
            items,
            lists,
            objects,
            ExportLimit(most_exported),
            Feed(),
            OnDuty(),
            DutyBook(),
            Load(),
            Looked(),
            GoodsList.load(),
            typesetter or Typesetter(),
            TwoPersons(
                *exclusions.ACTS,
                *contesting.ACTS,
                mandate_actions.PAPER,
                recurring_duties_actions.SKIPPING,
                model_posts.AWARDING,
            ),
        ],
    )
