"""Answers over HTTP: by code or credential, of whom nothing is known; at the door and on paper, by those in office."""

from base64 import urlsafe_b64decode
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field, JsonValue, StringConstraints

from chassis.documents import Typesetter
from chassis.documents.codes import as_svg
from chassis.http import Route, SignedIn, Transaction, client_made, public, shown_once, unlinkable
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import Invalid
from chassis.secrecy import Vault
from chassis.words import Input, Output
from services.feedback.ballots.work import Work
from services.feedback.surveys.answers import actions, credentials, papers
from services.feedback.surveys.answers.model import CodeOrCredential, PaperSheet, SurveyAsksNothing
from services.feedback.surveys.definitions import surveyjs
from services.feedback.surveys.definitions.model import Channel, Survey
from services.feedback.surveys.definitions.questions import Code

of_surveys = APIRouter(prefix="/surveys", tags=["满意度测评"], route_class=Route)
router = APIRouter(prefix="/survey-answers", tags=["满意度测评"], route_class=Route)

BODY_BYTES = 8192
"""What an answer weighs on the line, whatever it says: a client fills it up with blanks behind the JSON."""
MOST_DRAWN = 20
"""Up to so many codes come with their pictures, for a screen at a counter."""
FIRST = UUID(int=0)

TAKEN_ZH = "已收到，谢谢。系统没有记下您是谁，也没有记下是哪个测评码或凭证答的；答完不能再看、再改。"
NOTICE_ZH = (
    "这次测评不记名：测评码或手机凭证只证明没有重复作答，不登记是谁的。份数太少的片区不单独公布。"
    "留言只有上一级组织看得到，请不要写能认出您的内容。"
)
CODES_ZH = "测评码只显示这一次，请立即打印，打乱次序装信封发放，不要登记谁拿了哪一个。每码只能用一次。"

Point = Annotated[int, Field(ge=0, le=10, strict=True)]
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Answers = Annotated[
    dict[Code, bool | Point | Text | Annotated[list[Text], Field(max_length=30)]], Field(max_length=200)
]


class SurveyAnswerOfOtherSize(Invalid):
    """An answer weighs as much as every other: its body is filled up with blanks."""

    title_zh = "应用版本过旧，问卷内容长度不符，没有收下。请更新手机应用后重新提交。"


class CodesAsked(Input):
    """How many codes, for which part, to be given out by which way."""

    part_id: UUID
    channel: Channel
    many: Annotated[int, Field(ge=1, le=2000)]


class CodeView(Output):
    """A code, the address that its QR code opens, and the QR code itself where there are few."""

    code: str
    address: str
    picture_svg: str | None


class CodesView(Output):
    """New codes; they are shown this once."""

    codes: list[CodeView]
    says_zh: str


class CredentialShown(Input):
    """What a phone made of a blind signature of `members`, for the part of a survey that it drew it of."""

    part_id: UUID
    message: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{85}[AQgw]$")]  # 64 bytes, base64url
    signature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{342,683}$")]  # of 2048 to 4096 bits


class AnswersSent(Input):
    """A one-time code or a credential, and the answers, as a SurveyJS form gives them."""

    code: Annotated[str, Field(max_length=40)] | None = None
    credential: CredentialShown | None = None
    answers: Answers
    altcha: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,700}$")]  # the solved task


class AnswersTaken(Output):
    """An answer lies with the others. The same for everybody."""

    says_zh: str


class SurveyForm(Output):
    """What is asked, in SurveyJS' JSON, with a task of Altcha to be solved before the answer."""

    survey_id: UUID
    form: dict[str, JsonValue]
    algorithm: str
    challenge: str
    maxnumber: int
    salt: str
    signature: str
    body_bytes: int
    notice_zh: str


class InterviewTaken(Input):
    """What somebody answered at the door."""

    part_id: UUID
    answers: Answers


class InterviewView(Output):
    """An interview that was taken down; the same answer however often it is sent."""

    id: UUID
    says_zh: str


class PaperEntered(Input):
    """What a paper says, by its printed number in its part."""

    part_id: UUID
    number: Annotated[int, Field(ge=1, le=100_000)]
    answers: Answers


class PaperSettled(Input):
    """What a paper says, read by a third person."""

    answers: Answers


class PaperView(Output):
    """How far a paper has come; what it says is not shown again."""

    id: UUID
    number: int
    stage: str
    stage_zh: str


class Difference(Output):
    """One question that two read differently."""

    question: str
    first: list[str]
    second: list[str]


class DisputedPaper(Output):
    """A paper that waits for a third look."""

    id: UUID
    part_id: UUID
    number: int
    differences: list[Difference]


class DisputedPapers(Output):
    """Papers whose two entries differ."""

    items: list[DisputedPaper]
    next: str | None
    hint_zh: str | None


@of_surveys.post("/{survey_id}/codes", status_code=201, response_model=CodesView)
@shown_once
async def give_codes(survey_id: UUID, body: CodesAsked, session: Transaction, actor: SignedIn) -> Response:
    """New one-time codes for a part of a survey; those of a counter, up to its quota, also for who is in office there.

    Refusals: `not-found`, `may-not-take-answers`, `survey-not-open`, `way-not-offered`, `no-such-part`,
    `too-many-codes`, `quota-reached`, `codes-beyond-quota`.
    """
    made = await actions.give_codes(
        session, survey_id, part_id=body.part_id, channel=body.channel, many=body.many, by=actor
    )
    base = session.use(Typesetter).layout.address
    view = CodesView(
        codes=[_code(base, survey_id, code, drawn=len(made) <= MOST_DRAWN) for code in made], says_zh=CODES_ZH
    )
    return Response(view.model_dump_json(), 201, {"Cache-Control": "no-store"}, "application/json")


@of_surveys.put("/{survey_id}/interviews/{interview_id}", status_code=201)
@client_made
async def take_interview(
    survey_id: UUID, interview_id: UUID, body: InterviewTaken, session: Transaction, actor: SignedIn
) -> InterviewView:
    """Take down what somebody answered at the door, perhaps without a line, under the id that the client made.

    It is counted apart from what people sent in by themselves. Refusals: `not-found`, `may-not-take-answers`,
    `recorded-differently`, `id-not-random`, `survey-not-open`, `way-not-offered`, `no-such-part`, `quota-reached`,
    `answers-do-not-fit`.
    """
    await actions.take_interview(session, survey_id, interview_id, part_id=body.part_id, given=body.answers, by=actor)
    return InterviewView(id=interview_id, says_zh="已收到。入户访问的结果单独列出，请不要另外留存受访人的回答。")


@of_surveys.post("/{survey_id}/papers", status_code=201)
async def enter_paper(survey_id: UUID, body: PaperEntered, session: Transaction, actor: SignedIn) -> PaperView:
    """Enter a paper; each is entered by two persons, who do not see each other's entry.

    Refusals: `not-found`, `may-not-take-answers`, `survey-not-open`, `way-not-offered`, `no-such-part`,
    `answers-do-not-fit`, `paper-entered-by-you`, `paper-entered-twice`.
    """
    paper = await papers.enter(
        session, survey_id, part_id=body.part_id, number=body.number, given=body.answers, by=actor
    )
    return _paper(paper)


@of_surveys.get("/{survey_id}/papers")
async def disputed_papers(
    survey_id: UUID, session: Transaction, actor: SignedIn, *, cursor: Cursor = None, limit: Limit = 25
) -> DisputedPapers:
    """Papers that two read differently, for those who run the survey. Refusals: `not-found`, `wrong-cursor`."""
    after = place(cursor) if cursor else FIRST
    found = await papers.disputed(session, survey_id, by=actor, after=after, limit=limit)
    return DisputedPapers(
        items=[
            DisputedPaper(
                id=paper.id,
                part_id=paper.part_id,
                number=paper.number,
                differences=[
                    Difference(question=code, first=list(first), second=list(second))
                    for code, (first, second) in papers.differences(paper).items()
                ],
            )
            for paper in found
        ],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else "两遍录入没有出入，或还没有录完第二遍。",
    )


@of_surveys.post("/{survey_id}/papers/{paper_id}/settlement")
async def settle_paper(
    survey_id: UUID, paper_id: UUID, body: PaperSettled, session: Transaction, actor: SignedIn
) -> PaperView:
    """Say what a paper says that two read differently; a third person does, with the paper in hand.

    Refusals: `not-found`, `survey-not-open`, `way-not-offered`, `paper-not-in-dispute`, `settled-by-an-enterer`,
    `answers-do-not-fit`.
    """
    return _paper(await papers.settle(session, survey_id, paper_id, given=body.answers, by=actor))


@router.get("/{survey_id}/form")
@public
@unlinkable
async def survey_form(survey_id: UUID, session: Transaction) -> SurveyForm:
    """What a survey asks, with a proof of work to be done before the answer. Refusals: `survey-asks-nothing`."""
    survey = await session.get(Survey, survey_id)
    if survey is None or not actions.takes_answers(session, survey):
        raise SurveyAsksNothing()
    task = session.use(Work).challenge(session.use(Vault))
    return SurveyForm.model_validate(
        {
            "survey_id": survey.id,
            "form": surveyjs.written(survey.form),
            "algorithm": task.algorithm,
            "challenge": task.challenge,
            "maxnumber": task.max_number,
            "salt": task.salt,
            "signature": task.signature,
            "body_bytes": BODY_BYTES,
            "notice_zh": NOTICE_ZH,
        }
    )


@router.post("")
@public
@unlinkable
async def answer_survey(request: Request, body: AnswersSent, session: Transaction) -> AnswersTaken:
    """Answer a survey, once by a one-time code or by a credential; by a credential the same again is answered alike.

    The body is filled up with blanks behind the JSON to 8192 bytes. Refusals: `survey-answer-of-other-size`,
    `code-or-credential`, `work-not-done`, `wrong-survey-code`, `not-found`, `survey-code-used`, `survey-not-open`,
    `credential-not-of-this-survey`, `survey-answered-otherwise`, `answers-do-not-fit`.
    """
    if len(await request.body()) != BODY_BYTES:
        raise SurveyAnswerOfOtherSize(body_bytes=BODY_BYTES)
    if (body.code is None) is (body.credential is None):
        raise CodeOrCredential()
    right = body.code if body.credential is None else body.credential.message
    digest = actions.digest_of(right or "", body.answers)
    session.use(Work).check(body.altcha, session.use(Vault), ballot=digest)
    if body.credential is not None:
        await credentials.answer_by_credential(session, _credential(body.credential), body.answers)
    elif body.code is not None:
        await actions.answer_by_code(session, body.code, body.answers)
    return AnswersTaken(says_zh=TAKEN_ZH)


def _credential(shown: CredentialShown) -> credentials.Credential:
    message, signature = (urlsafe_b64decode(text + "==") for text in (shown.message, shown.signature))
    return credentials.Credential(shown.part_id, message, signature)


def _code(base: str, survey_id: UUID, code: str, *, drawn: bool) -> CodeView:
    # Behind the `#`: a browser sends it to nobody, and no log has it.
    address = f"{base}/api/feedback/survey-answers/{survey_id}/form#{code}"
    return CodeView(code=code, address=address, picture_svg=as_svg(address) if drawn else None)


def _paper(paper: PaperSheet) -> PaperView:
    stage = "differs" if paper.disputed else "agreed" if paper.agreed is not None else "once"
    says = {"once": "已录一遍，等另一人再录", "agreed": "已核定", "differs": "两遍有出入，等第三人对照原件核定"}
    return PaperView(id=paper.id, number=paper.number, stage=stage, stage_zh=says[stage])
