"""What `feedback` holds about persons, table by table: what an export shows, and nothing is left out."""

from chassis.exports import Held, Holdings
from services.feedback.accountability.model import AccountabilityCase, PraiseObjection
from services.feedback.cases.model import CaseRecord
from services.feedback.deliberations.meetings.model import VillageMeeting
from services.feedback.deliberations.model import Deliberation
from services.feedback.deliberations.notices.model import Objection, PublicNotice
from services.feedback.disclosures.questions.model import DisclosureQuestion
from services.feedback.grades.model import ReviewSubject
from services.feedback.hearings.model import Hearing, HearingParticipant, HearingQuestion
from services.feedback.mandates.model import Mandated
from services.feedback.ratings.model import Invitation
from services.feedback.result_appeals.model import ResultAppeal
from services.feedback.roster.model import BoundAccount, Post
from services.feedback.suggestions.model import Suggestion

HOLDINGS = Holdings(
    "feedback",
    Held(Invitation, "请您作出的评价和您的评价", "citizen_id"),
    Held(CaseRecord, "考核中您的事项", "requester_id"),
    Held(Mandated, "您给代办员的委托", "principal_id"),
    Held(Suggestion, "您对草案提的意见", "person_id"),
    Held(DisclosureQuestion, "您对村务公开提的问题", "person_id"),
    Held(Deliberation, "您登记的议事事项", "opened_by"),
    Held(VillageMeeting, "您登记的村里会议", "recorded_by"),
    Held(PublicNotice, "您登记的公开", "published_by"),
    Held(Objection, "您对公开提出的异议", "person_id"),
    Held(Hearing, "您公告的村民听证", "announced_by"),
    Held(HearingParticipant, "您报名的村民听证", "person_id"),
    Held(HearingQuestion, "您在村民听证中提的问题", "person_id"),
    Held(Post, "您的岗位", "person_id"),
    Held(AccountabilityCase, "涉及您本人的问责和表彰", "person_id"),
    Held(PraiseObjection, "您对表彰公示提的异议", "person_id", hidden=frozenset({"answered_by"})),
    Held(ReviewSubject, "您的述职、评议和等次", "person_id", hidden=frozenset({"draft"})),
    Held(ResultAppeal, "您对结果的申诉", "person_id", hidden=frozenset({"draft", "proposal_id"})),
    Held(BoundAccount, "绑定到您的账号", "person_id"),
)
