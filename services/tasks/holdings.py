"""What `tasks` holds about persons, table by table: what an export shows, and nothing is left out."""

from chassis.exports import Held, Holdings
from services.tasks.appeals.model import Appeal
from services.tasks.assignments.model import Assignment, AssignmentStep, Assisting, ExtensionRequest
from services.tasks.attachments.model import Attachment
from services.tasks.bulk_dispatches.model import BulkDispatch
from services.tasks.call_backs.model import CallBack
from services.tasks.case_exports.model import CaseExport
from services.tasks.clocks.model import Clock, ClockFact
from services.tasks.contests.model import Contest
from services.tasks.coordination.model import AgendaEntry
from services.tasks.desk_views.model import DeskView
from services.tasks.dispatches.model import Dispatch
from services.tasks.extensions.model import Extension
from services.tasks.findings.model import FindingStep, InspectionFinding
from services.tasks.groups.model import GroupMember
from services.tasks.helping.model import Helper, HelperNote
from services.tasks.hotline.model import DutyNote, HandOver, IntakeDraft, MissedCall
from services.tasks.imported_requests.model import ImportedRequest
from services.tasks.inspection_plans.model import TeamMember
from services.tasks.inspections.model import Inspection
from services.tasks.interim.model import InterimReply
from services.tasks.interviews.model import Interview
from services.tasks.ledger.entries.model import LedgerEntry
from services.tasks.ledger.funds.model import FundSource
from services.tasks.ledger.loans.model import Loan
from services.tasks.letter_batches.model import LetterBatch, LetterBatchRow
from services.tasks.letters.model import LetterRefusal, LetterSignature, LetterVersion, ResponsibilityLetter
from services.tasks.mandates.model import Mandate, MandateUse
from services.tasks.model_posts.model import ModelPost
from services.tasks.notes.model import Note
from services.tasks.notices.model import Notice, Reminded
from services.tasks.open311.model import OutsideReport
from services.tasks.orders.model import ExpediteStep
from services.tasks.outcomes.model import Reply
from services.tasks.own_times.model import ItemPromise
from services.tasks.pauses.model import Pause
from services.tasks.petitions.model import Petition
from services.tasks.pledges.model import PublicPledge
from services.tasks.post_duties.model import PostDutyClaim
from services.tasks.publications.model import Publication, PublicStep, ReleasedFile, Supplement
from services.tasks.readings.model import CaseReading
from services.tasks.rechecks.model import OwedCall
from services.tasks.rectifications.model import Rectification
from services.tasks.recurring_duties.model import RecurringDuty, RecurringStep
from services.tasks.repeats.model import RepeatMark
from services.tasks.requests.model import Completion, Judgement, ServiceRequest, Signature
from services.tasks.roster.model import Absence, BoundAccount, HouseholdPerson, Pairing, Post
from services.tasks.samples.model import DrawOfficer
from services.tasks.slips.model import Slip
from services.tasks.stationings.model import Stationing
from services.tasks.uploads.model import Upload, UploadPiece
from services.tasks.urgencies.model import UrgencyChange
from services.tasks.visits.model import Visit, VisitContest, VisitNeed
from services.tasks.volunteering.model import Volunteer, VolunteerService, VolunteerSignUp
from services.tasks.warnings.model import Climb

OWN_CASE = (ServiceRequest, "requester_id")

HOLDINGS = Holdings(
    "tasks",
    Held(ServiceRequest, "您提出的事项", "requester_id"),
    Held(Dispatch, "事项的派办", "request_id", OWN_CASE),
    Held(Helper, "协办人", "request_id", OWN_CASE),
    Held(HelperNote, "协办人补充的情况", "request_id", OWN_CASE),
    Held(Clock, "事项的时限", "request_id", OWN_CASE),
    Held(ClockFact, "事项时限的变动", "request_id", OWN_CASE),
    Held(Pause, "事项的挂起", "request_id", OWN_CASE),
    Held(Extension, "事项的延期", "request_id", OWN_CASE),
    Held(UrgencyChange, "事项紧急程度的变更", "request_id", OWN_CASE),
    Held(Signature, "承办人的签收", "request_id", OWN_CASE),
    Held(Completion, "办结说明", "request_id", OWN_CASE),
    Held(Appeal, "您的申诉", "request_id", OWN_CASE),
    Held(Petition, "移送信访的记录", "request_id", OWN_CASE, hidden=frozenset({"pack"})),
    Held(CallBack, "回访", "request_id", OWN_CASE),
    Held(OwedCall, "上一级应作的回访", "request_id", OWN_CASE, hidden=frozenset({"for_grade", "draw_id"})),
    Held(Contest, "您提出的评价异议", "by"),
    Held(Slip, "评判条", "request_id", OWN_CASE),
    Held(Reply, "办理结果的告知", "request_id", OWN_CASE),
    Held(Judgement, "您对是否解决的回答", "request_id", OWN_CASE),
    Held(Rectification, "整改", "request_id", OWN_CASE),
    Held(CaseReading, "谁看过您的事项", "request_id", OWN_CASE),
    Held(Publication, "事项对外公开的内容", "request_id", OWN_CASE),
    Held(PublicStep, "事项对外公开的进展", "request_id", OWN_CASE),
    Held(ReleasedFile, "事项对外公开的照片", "request_id", OWN_CASE),
    Held(Supplement, "来件方补充的情况", "request_id", OWN_CASE),
    Held(OutsideReport, "外部系统的报送", "request_id", OWN_CASE, hidden=frozenset({"sameness", "token_index"})),
    Held(ImportedRequest, "表格导入的来件", "request_id", OWN_CASE, hidden=frozenset({"row_index"})),
    Held(Attachment, "您上传的文件", "owner_id", hidden=frozenset({"key"})),
    Held(Upload, "您正在上传的文件", "owner_id"),
    Held(UploadPiece, "已传到的各段", "upload_id", (Upload, "owner_id"), hidden=frozenset({"key"})),
    Held(Mandate, "您给代办员的委托", "principal_id"),
    Held(MandateUse, "依委托代您提交的事项", "mandate_id", (Mandate, "principal_id")),
    Held(Note, "代办员为您记下的便签", "principal_id"),
    Held(Visit, "走访您家的记录", "leave_by", hidden=frozenset({"recorded"})),
    Held(VisitNeed, "走访时您说的需求", "visit_id", (Visit, "leave_by")),
    Held(VisitContest, "您对走访记录的异议", "person_id"),
    Held(HouseholdPerson, "您所在的户", "person_id"),
    Held(Pairing, "您负责的结对", "helper_person_id"),
    Held(Notice, "给您的通知", "person_id"),
    Held(
        RepeatMark,
        "您事项上的重复诉求标记",
        "request_id",
        OWN_CASE,
        hidden=frozenset({"marked_by", "marked_by_post", "decided_by"}),
    ),
    Held(IntakeDraft, "替您登记而未提交的内容", "requester_id"),
    Held(MissedCall, "您的未接来电", "requester_id"),
    Held(DutyNote, "您写的值班便条", "written_by"),
    Held(HandOver, "您的值班交班记录", "outgoing_id"),
    Held(ExpediteStep, "督办单上写的话", "request_id", OWN_CASE),
    Held(PublicPledge, "您的公开承诺", "pledger_id"),
    Held(PostDutyClaim, "您认领的岗位", "person_id"),
    Held(ModelPost, "您提出的示范岗和示范窗口", "proposed_by"),
    Held(Volunteer, "您的志愿者登记", "person_id"),
    Held(VolunteerSignUp, "您报名的志愿服务", "person_id"),
    Held(VolunteerService, "您发布的志愿服务", "announced_by"),
    Held(RecurringDuty, "您完成的定期职责", "done_by"),
    Held(RecurringStep, "您在定期职责上写的话", "by"),
    Held(InterimReply, "给您的阶段性答复", "request_id", OWN_CASE),
    Held(Reminded, "提醒您的次数", "person_id"),
    Held(Climb, "逾期后告知您的事项", "person_id"),
    Held(DeskView, "您保存的列表视图", "owner_id"),
    Held(BulkDispatch, "您安排的批量指派", "ordered_by"),
    Held(CaseExport, "您导出的列表", "owner_id", hidden=frozenset({"key"})),
    Held(TeamMember, "您参加的督查组", "person_id"),
    Held(Inspection, "您提交的督查记录", "sent_by", hidden=frozenset({"recorded"})),
    Held(InspectionFinding, "您发现的督查问题", "finder_id"),
    Held(FindingStep, "您在督查问题上写的话", "by"),
    Held(Interview, "您参加的约谈", "interviewee_id"),
    Held(DrawOfficer, "您参加的督查抽样", "person_id"),
    Held(ItemPromise, "您为代办事项承诺的时限", "person_id"),
    Held(ResponsibilityLetter, "您的责任书", "person_id"),
    Held(LetterVersion, "您责任书的各版文本", "letter_id", (ResponsibilityLetter, "person_id")),
    Held(LetterSignature, "您在责任书上的签署", "person_id"),
    Held(LetterRefusal, "您拒签责任书的理由和上级的答复", "person_id"),
    Held(LetterBatch, "您批量制作的责任书", "ordered_by"),
    Held(LetterBatchRow, "您批量制作的各份责任书", "batch_id", (LetterBatch, "ordered_by")),
    Held(Assignment, "交办给您的清单事项", "assignee_id"),
    Held(AssignmentStep, "您在清单事项上办过的事、写过的话", "by"),
    Held(ExtensionRequest, "您为清单事项申请的延期", "asked_by"),
    Held(AgendaEntry, "您在推进例会上议定的问题", "decided_by"),
    Held(Assisting, "请您协办的清单事项", "person_id"),
    Held(LedgerEntry, "您登记的账目", "recorded_by"),
    Held(Loan, "您登记的贷款申请", "recorded_by", hidden=frozenset({"household_id"})),
    Held(FundSource, "您登记的资金来源", "entered_by"),
    Held(GroupMember, "您在工作组的岗位", "person_id"),
    Held(Stationing, "您的轮驻安排和交接", "person_id"),
    Held(Post, "您的岗位", "person_id"),
    Held(Absence, "您的请假", "person_id"),
    Held(BoundAccount, "绑定到您的账号", "person_id"),
)
