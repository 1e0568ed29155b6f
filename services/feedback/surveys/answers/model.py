"""The codes by which answers come, the words that lie apart, and what was told at doors or written on paper.

The answers themselves are counted by their part and no more (`services.feedback.urns`): no row is anybody's. Words
cannot be counted; they lie in pools, each one sealed value, of which the open one is mixed anew with every answer.
"""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden, Invalid, NotFound
from chassis.tables import Digest, Listed, Sealed, text_of
from services.feedback.surveys.definitions.model import Channel
from services.feedback.tables import Table


class SurveyNotOpen(Conflict):
    """This survey takes no answers now."""

    title_zh = "这次测评现在不收问卷：还没开始，或已经截止。请看公告上的日期。"


class SurveyAsksNothing(NotFound):
    """There is no such survey, or it takes no answers now."""

    title_zh = "这次测评现在不收问卷：还没开始，或已经截止。请看公告上的日期。"


class SurveyCodeUsed(Conflict):
    """By this code an answer came in already; it counts, and is changed by nobody."""

    title_zh = "这个测评码已经用过，答卷已计入，不能再答、再改。刚才提交时断网的，不用再提交。"


class CredentialNotOfThisSurvey(Invalid):
    """The credential is forged, or was signed for another part or another survey."""

    title_zh = "凭证无效，或不是这次测评的，没有收下。请更新手机应用；没有凭证的，可以用测评码或纸质问卷作答。"


class SurveyAnsweredOtherwise(Conflict):
    """With this credential other answers came in; they count, and are changed by nobody."""

    title_zh = "这张凭证已经答过这次测评，不能再改。您的答卷已经计入，不用再做什么。"


class CodeOrCredential(Invalid):
    """An answer bears a code or a credential, and not both."""

    title_zh = "请用测评码或手机匿名凭证中的一种作答。"


class WayNotOffered(Conflict):
    """This survey does not ask by this way."""

    title_zh = "这次测评没有开设这种参与方式，请看公告上的参与方式。"


class NoSuchPart(Conflict):
    """This survey has no such part."""

    title_zh = "片区不在这次测评范围内，请从列表中重新选择。"


class TooManyCodes(Conflict):
    """More codes were asked for than a survey gives."""

    title_zh = "这次测评发出的测评码已到上限，请核对户数或人数。"


class QuotaReached(Conflict):
    """As many sheets as were wanted of this area are there: doors and counters ask nobody more."""

    title_zh = "这个片区的问卷已够份数，不再入户访问，窗口也不再发码。已发出的测评码仍可作答，请提醒群众照常提交。"


class CodesBeyondQuota(Conflict):
    """More codes were asked for at a counter than this area lacks sheets."""

    title_zh = "要领的测评码超过本片区还缺的份数，请少领一些。"


class MayNotTakeAnswers(Forbidden):
    """Answers are taken down by somebody in office in the area who does not work for whom it is about."""

    title_zh = "入户访问和纸质问卷录入，由当地其他单位的在岗人员承担；被测单位和本人不能经手。"


class PaperEnteredByYou(Conflict):
    """The second entry of a paper is made by another person."""

    title_zh = "这份纸质问卷您已录入过一遍，第二遍须由另一人录入。"


class PaperEnteredTwice(Conflict):
    """This paper was entered by two persons already."""

    title_zh = "这个编号的纸质问卷已由两人录入，不用再录。请核对编号。"


class PaperNotInDispute(Conflict):
    """The two entries of this paper agree, or there is but one, or somebody settled it."""

    title_zh = "这份纸质问卷没有待核对的出入，请刷新列表。"


class SettledByAnEnterer(Forbidden):
    """A difference of two entries is settled by a third person."""

    title_zh = "两遍录入有出入的，须由没有录入过这份问卷的第三人对照原件核定。"


class SurveyCode(Table, table=True):
    """A one-time code, by a keyed digest; nobody wrote down who was given it."""

    __tablename__ = "survey_code"
    __table_args__ = (Index("survey_code_of_survey", "survey_id", "channel"),)

    code_index: bytes = Field(sa_type=Digest, primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id")
    part_id: UUID = Field(foreign_key="survey_part.id")
    channel: Channel = Field(sa_type=text_of(Channel))
    used: bool


class SpentSurveyCredential(Table, table=True):
    """A credential that was used, by a digest; and a digest of the answers that came with it, to know them again."""

    __tablename__ = "spent_survey_credential"

    part_id: UUID = Field(foreign_key="survey_part.id", primary_key=True)
    nullifier: bytes = Field(sa_type=Digest, primary_key=True)
    answer: bytes = Field(sa_type=Digest)


class SurveyWords(Table, table=True):
    """What somebody wrote to whoever is one level up, once published; joined to no other answer and to no area."""

    __tablename__ = "survey_words"

    id: UUID = Field(primary_key=True)  # random
    survey_id: UUID = Field(foreign_key="survey.id", index=True)
    question: str = Field(max_length=32)
    words: bytes = Field(sa_type=Sealed)


class WordsPool(Table, table=True):
    """Words of many people in random order, until the publication lays each of them out by itself."""

    __tablename__ = "words_pool"

    id: UUID = Field(primary_key=True)  # random
    survey_id: UUID = Field(foreign_key="survey.id", index=True)
    open: bool  # one of each survey is; what is closed is touched by no answer any more
    words: bytes = Field(sa_type=Sealed)  # JSON: pairs of question and words


class TakenInterview(Table, table=True):
    """That somebody was asked at the door, to know the same record again; gone with the publication."""

    __tablename__ = "taken_interview"

    id: UUID = Field(primary_key=True)  # made by the client, perhaps without a line
    survey_id: UUID = Field(foreign_key="survey.id", index=True)
    part_id: UUID = Field(foreign_key="survey_part.id")
    recorded: list[str] = Field(sa_type=Listed)


class PaperSheet(Table, table=True):
    """A paper by its printed number, as two persons read it, and a third where they read it differently."""

    __tablename__ = "paper_sheet"
    __table_args__ = (UniqueConstraint("survey_id", "part_id", "number"),)

    id: UUID = Field(primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id")
    part_id: UUID = Field(foreign_key="survey_part.id")
    number: int
    first_by: UUID
    first: str  # JSON
    second_by: UUID | None
    second: str | None
    settled_by: UUID | None
    settled: str | None

    @property
    def agreed(self) -> str | None:
        """What it says for certain."""
        if self.settled is not None:
            return self.settled
        return self.first if self.first == self.second else None

    @property
    def disputed(self) -> bool:
        """Whether two read it differently and no third has looked."""
        return self.second is not None and self.agreed is None

    def enter_again(self, answers: str, *, by: UUID) -> None:
        """Take the second entry. Raises `PaperEnteredByYou`, `PaperEnteredTwice`."""
        if self.second is not None:
            raise PaperEnteredTwice()
        if by == self.first_by:
            raise PaperEnteredByYou()
        self.second_by, self.second = by, answers

    def settle(self, answers: str, *, by: UUID) -> None:
        """Take the third look. Raises `PaperNotInDispute`, `SettledByAnEnterer`."""
        if not self.disputed:
            raise PaperNotInDispute()
        if by in {self.first_by, self.second_by}:
            raise SettledByAnEnterer()
        self.settled_by, self.settled = by, answers
