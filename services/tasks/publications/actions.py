"""Letting something of a case out to the public, and taking it back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import Invalid, NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from chassis.words import points_to_somebody
from services.tasks.attachments.model import Attachment
from services.tasks.catalogue.model import Catalogue
from services.tasks.publications.model import (
    Publication,
    PublicStep,
    ReleasedFile,
    Step,
    Supplement,
    district_of,
)
from services.tasks.publications.policy import check_may_review
from services.tasks.publications.views import public_words_place, words_place
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.views import load

TOLD = select(PublicStep).where(col(PublicStep.supplement_id) == bindparam("supplement"))


class NotPublished(NotFound):
    """The public is shown nothing of this case."""

    title_zh = "这件事项不对外公开，无需审核。"


class LooksPersonal(Invalid):
    """Words for the public hold no telephone, citizen number or e-mail address."""

    title_zh = "公开的文字不得含电话号码、身份证号或邮箱，请删去后重新提交。"


class OnlyPictures(Invalid):
    """Only a picture of this case can be let out: papers and voices say who somebody is."""

    title_zh = "只能公开本事项的照片；文件和录音可能暴露身份，不能公开。"


class NoSuchSupplement(Invalid):
    """There is no such supplement to this case."""

    title_zh = "没有找到这条补充情况，请刷新后重试。"


def begin(session: Session, request: ServiceRequest) -> None:
    """Have a new case be there for the public, if cases of its errand or kind are; never one about somebody."""
    offered = session.use(Catalogue).published_as(item=request.item_code, kind=request.kind)
    if offered is None or request.anonymous or request.about_post_id is not None:
        return
    session.add(
        Publication(
            request_id=request.id,
            township_code=request.township_code,
            district_code=district_of(request.division_code),
            service_code=offered.code,
            submitted_at=request.submitted_at,
            updated_at=request.submitted_at,
            closed_at=None,
            words=None,
            reviewed_at=None,
            reviewed_by=None,
            reviewed_post_id=None,
            withheld=False,
            files=0,
        )
    )
    _tell(session, request.id, district_of(request.division_code), Step.RECEIVED, at=request.submitted_at)


async def take_step(session: Session, request_id: UUID, step: Step, *, at: datetime) -> None:
    """Tell the public of a step of a case, if the case is there for it."""
    published = await session.get(Publication, request_id, lock=True)
    if published is None:
        return
    published.updated_at = max(published.updated_at, at)
    published.closed_at = at if step.closes else None
    _tell(session, request_id, published.district_code, step, at=at)


async def review(session: Session, request_id: UUID, *, by: Actor, words: str) -> Publication:
    """Have the public read these words of a case. Raises `MayNotPublish`, `NotPublished`, `LooksPersonal`."""
    published = await _to_review(session, request_id, by=by)
    check_nobodys(words)
    published.words = session.use(Vault).seal(words, place=words_place(request_id))
    _note(session, published, by=by)
    return published


async def withhold(session: Session, request_id: UUID, *, by: Actor, withheld: bool) -> Publication:
    """Keep a whole case back from the public, or no longer. Raises `MayNotPublish`, `NotPublished`."""
    published = await _to_review(session, request_id, by=by)
    published.withheld = withheld
    _note(session, published, by=by)
    return published


async def release(session: Session, request_id: UUID, *, by: Actor, attachment_id: UUID, released: bool) -> Publication:
    """Let one picture of a case out, or take it back. Raises `MayNotPublish`, `NotPublished`, `OnlyPictures`."""
    published = await _to_review(session, request_id, by=by)
    file = await session.get(Attachment, attachment_id)
    if file is None or file.request_id != request_id or not (file.media_type or "").startswith("image/"):
        raise OnlyPictures()
    there = await session.get(ReleasedFile, attachment_id, lock=True)
    if released and there is None:
        published.files += 1
        session.add(
            ReleasedFile(
                attachment_id=attachment_id,
                request_id=request_id,
                released_at=session.now,
                released_by=by.person_id,
                post_id=session.by_post,
            )
        )
    elif not released and there is not None:
        published.files -= 1
        session.delete(there)
    return published


async def let_out(
    session: Session, request_id: UUID, *, by: Actor, supplement_id: UUID, words: str | None
) -> Publication:
    """Have the public read these words of a supplement; without words, nothing of it any more.

    Raises `MayNotPublish`, `NotPublished`, `NoSuchSupplement`, `LooksPersonal`.
    """
    published = await _to_review(session, request_id, by=by)
    added = await session.get(Supplement, supplement_id, lock=True)
    if added is None or added.request_id != request_id:
        raise NoSuchSupplement()
    if words is not None:
        check_nobodys(words)
    added.public_words = session.use(Vault).seal(words, place=public_words_place(added.id)) if words else None
    added.reviewed_at, added.reviewed_by = session.now, by.person_id
    told = await session.first(TOLD, supplement=added.id)
    if words and told is None:
        _tell(session, request_id, published.district_code, Step.SUPPLEMENTED, at=session.now, supplement_id=added.id)
    elif not words and told is not None:
        session.delete(told)
    return published


async def _to_review(session: Session, request_id: UUID, *, by: Actor) -> Publication:
    request = await load(session, request_id)
    await check_may_review(session, by, request)
    published = await session.get(Publication, request_id, lock=True)
    if published is None or request.anonymous or request.about_post_id is not None:
        raise NotPublished()
    return published


def _note(session: Session, published: Publication, *, by: Actor) -> None:
    published.reviewed_at, published.reviewed_by = session.now, by.person_id
    published.reviewed_post_id = session.by_post


def check_nobodys(words: str) -> None:
    """Raise `LooksPersonal` for words that say by which number or address somebody is found."""
    if points_to_somebody(words):
        raise LooksPersonal()


def _tell(
    session: Session,
    request_id: UUID,
    district_code: str,
    step: Step,
    *,
    at: datetime,
    supplement_id: UUID | None = None,
) -> None:
    session.add(
        PublicStep(
            id=new_id(),
            request_id=request_id,
            district_code=district_code,
            step=step,
            at=at,
            supplement_id=supplement_id,
        )
    )
