"""Making a code and having it told, counting what is typed in, and saying yes."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.problems import Conflict, NotFound, TooMany
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.settings import ConsentSettings
from services.members.consents import policy
from services.members.consents.model import Consent, Telling
from services.members.texts import actions as texts
from services.members.texts.model import TextKind, TextMessage, TextStage

TEXTED_SINCE = select(TextMessage.id).where(
    col(TextMessage.person_id) == bindparam("person"),
    col(TextMessage.queued_at) > bindparam("since"),
    col(TextMessage.kind) == TextKind.CONSENT_CODE,
)
A_DAY = timedelta(days=1)


class NoTextPossible(Conflict):
    """This person can be sent no text; a code is told at the township's counter."""

    title_zh = "本人没有登记手机号，或短信未开通：请由乡镇（街道）窗口当面告知验证码，或改用纸质委托。"


class TooManyTexts(TooMany):
    """This person was sent so many codes today that no more are sent."""

    title_zh = "今天发给本人的验证码已达上限，请明天再试，或到乡镇（街道）窗口办理。"


class CodeWasTexted(Conflict):
    """A code was sent to the person's own telephone and is still good; it is told to nobody else."""

    title_zh = "验证码已发到本人手机，请以短信为准；没有收到的，请等验证码过期后再由窗口告知。"


async def consent_to_change(session: Session, consent_id: UUID) -> Consent:
    """The consent, locked. Raises `NotFound`."""
    consent = await session.get(Consent, consent_id, lock=True)
    if consent is None:
        raise NotFound()
    return consent


async def consent_to_read(session: Session, consent_id: UUID) -> Consent:
    """The consent. Raises `NotFound`."""
    consent = await session.get(Consent, consent_id)
    if consent is None:
        raise NotFound()
    return consent


async def text_code(session: Session, consent: Consent) -> None:
    """Make a code and send it to the person. Raises `NoTextPossible`, `TooManyTexts`, and as `Consent.make_code`."""
    settings, now = session.use(ConsentSettings), real_now()
    if not await texts.can_be_sent(session, consent.person_id):
        raise NoTextPossible()
    since = now - A_DAY
    if len(await session.all(TEXTED_SINCE, person=consent.person_id, since=since)) >= settings.codes_a_day:
        raise TooManyTexts(retry_after=3600)
    code = _make(session, consent, Telling.BY_TEXT, told_by=None)
    assert consent.code_id is not None
    texts.queue(
        session,
        consent.person_id,
        TextKind.CONSENT_CODE,
        about=consent.code_id,
        values={"code": code},
        good_for=settings.good_for,
    )


async def send_again(session: Session, consent_id: UUID, *, by: Actor) -> Consent:
    """Another code by text, for whoever asked and those at the counter."""
    consent = await consent_to_change(session, consent_id)
    await policy.check_may_see(session, by, consent)
    await text_code(session, consent)
    return consent


async def tell(session: Session, consent_id: UUID, *, by: Actor) -> tuple[Consent, str]:
    """Make a code that a second person in office tells, where no text reaches the person.

    Raises `NotFound`, `AskerMayNotTell`, `CodeWasTexted`, and as `Consent.make_code`.
    """
    consent = await consent_to_change(session, consent_id)
    await policy.check_may_tell(session, by, consent)
    if (
        consent.telling is Telling.BY_TEXT
        and consent.has_code(at=real_now())
        and await _was_not_refused(session, consent)
    ):
        raise CodeWasTexted()
    if consent.telling is Telling.BY_TEXT:
        consent.code_made_at = None  # nobody waits at the counter for a text that did not come
    return consent, _make(session, consent, Telling.IN_OFFICE, told_by=by.person_id)


async def count_try(beside: Sessions, consent_id: UUID, *, by: Actor) -> None:
    """Count a try before it is made, in a transaction of its own, so that a refusal leaves it counted."""
    async with beside(None) as session:
        consent = await consent_to_change(session, consent_id)
        policy.check_may_type(by, consent)
        consent.count_try(at=real_now())


async def confirm(session: Session, consent_id: UUID, code: str, *, by: Actor) -> Consent:
    """The person said yes by this code. Raises `NotFound`, `ConsentOver`, `CodeWrong`."""
    consent = await consent_to_change(session, consent_id)
    policy.check_may_type(by, consent)
    session.publish(consent.give(session.use(Vault), code, at=real_now()))
    return consent


async def text_about_code(session: Session, consent: Consent) -> TextMessage | None:
    """The text with the newest code, if one was sent."""
    return await texts.about_thing(session, consent.code_id) if consent.code_id else None


async def _was_not_refused(session: Session, consent: Consent) -> bool:
    text = await text_about_code(session, consent)
    return text is not None and text.stage in {TextStage.WAITING, TextStage.SENT}


def _make(session: Session, consent: Consent, telling: Telling, *, told_by: UUID | None) -> str:
    settings = session.use(ConsentSettings)
    return consent.make_code(
        session.use(Vault),
        telling,
        told_by=told_by,
        at=real_now(),
        good_for=settings.good_for,
        tries=settings.tries,
    )
