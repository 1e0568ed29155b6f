"""What `members` holds about persons, table by table: what an export shows, and nothing is left out."""

from chassis.exports import Held, Holdings
from services.members.absences.model import Absence
from services.members.access.model import Access
from services.members.aid_files.model import AidObjection
from services.members.consents.model import Consent
from services.members.contacts.model import Contact
from services.members.credentials.model import Drawing, Participation
from services.members.erasures.model import Erasure
from services.members.households.model import Citizen
from services.members.pairings.model import Pairing
from services.members.passwords.model import PasswordAccount, SecondFactor
from services.members.posts.model import Post
from services.members.roll.model import Member
from services.members.sessions.devices import OfficeDevice
from services.members.sessions.model import DeviceSession
from services.members.single_sign_on.model import SingleSignOnLink
from services.members.texts.model import TextMessage
from services.members.unmaskings.model import Unmasking
from services.members.wechat.model import WeChatAccount

HOLDINGS = Holdings(
    "members",
    Held(Member, "党员名册", "id"),
    Held(Citizen, "居民名册", "id"),
    Held(Contact, "来电和报送时留下的联系方式", "id"),
    Held(Post, "您的岗位", "person_id"),
    Held(Absence, "您的请假", "person_id"),
    Held(Unmasking, "谁看过您的身份信息", "person_id"),
    Held(Pairing, "您负责的结对", "helper_person_id"),
    Held(AidObjection, "您对公示提出的异议", "person_id"),
    Held(Erasure, "您的删除申请", "person_id"),
    Held(Participation, "您何时在哪里办过事或承办过事，用于确定测评资格", "person_id"),
    Held(Drawing, "您领取过的匿名测评凭证", "person_id"),
    Held(Access, "登录权限", "person_id"),
    Held(DeviceSession, "您登录过的设备", "person_id"),
    Held(OfficeDevice, "您在岗时登录过的设备，只有摘要", "person_id"),
    Held(WeChatAccount, "绑定的微信", "person_id", hidden=frozenset({"session_key"})),
    Held(PasswordAccount, "密码账号", "person_id", hidden=frozenset({"password"})),
    Held(SecondFactor, "第二重验证", "person_id", hidden=frozenset({"secret"})),
    Held(Consent, "请您确认过的委托", "person_id"),
    Held(TextMessage, "发给您的短信", "person_id", hidden=frozenset({"values"})),
    Held(SingleSignOnLink, "统一身份认证", "person_id"),
)
