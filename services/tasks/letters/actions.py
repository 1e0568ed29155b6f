"""Making a letter, giving it a new version when its items change, and signing it; each the body of one transaction."""

from collections.abc import Sequence
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.burden.actions import measure_document
from services.tasks.burden.model import DocumentKind
from services.tasks.letters import items, policy, views
from services.tasks.letters.model import (
    FollowsTheLists,
    LetterSignature,
    LetterStage,
    LetterThere,
    LetterVersion,
    MayNotSign,
    NothingChanged,
    NotThisText,
    ResponsibilityLetter,
    Role,
    SameItemTwice,
)
from services.tasks.letters.text import LetterText, Line, digest_of, text_of
from services.tasks.letters.words import post_title
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization, Post
from services.tasks.rules.pack import RulePack

OF_POST = select(ResponsibilityLetter).where(
    col(ResponsibilityLetter.post_id) == bindparam("post"), col(ResponsibilityLetter.year) == bindparam("year")
)
LATEST = (
    select(LetterVersion)
    .where(col(LetterVersion.letter_id) == bindparam("letter"))
    .order_by(col(LetterVersion.version).desc())
    .limit(1)
    .with_for_update()
)


async def make(
    session: Session, *, by: Actor, post_id: UUID, year: int, title: str, lines: Sequence[Line] | None
) -> ResponsibilityLetter:
    """Make the letter of a post for a year, to be signed by whoever holds it; without lines it follows the lists.

    Raises `NotInOffice`, `MayNotMakeLetters`, `LetterThere`, `SameItemTwice`.
    """
    post = await roster.held_post(session, post_id)
    await policy.check_may_make(session, by, post)
    if await session.first(OF_POST, post=post_id, year=year) is not None:
        raise LetterThere()
    letter_id = new_id()
    letter = ResponsibilityLetter(
        id=letter_id,
        township_code=f"{post.division_code[:9]}000",
        division_code=post.division_code,
        organization_id=post.organization_id,
        post_id=post.id,
        person_id=post.person_id,
        person_name=post.name,
        post_kind=post.kind,
        year=year,
        title=title,
        number=f"ZR{year}-{letter_id.hex[-10:].upper()}",
        version=0,
        stage=LetterStage.MADE,
        made_at=session.now,
        made_by=by.person_id,
        from_lists=lines is None,
        stale_at=None,
    )
    session.add(letter)
    if lines is None:
        lines = await items.of_post(session, post.id, post.person_id, year=year)
    await _issue(session, letter, lines, by=by.person_id)
    return letter


async def change(session: Session, letter_id: UUID, *, by: Actor, lines: Sequence[Line]) -> ResponsibilityLetter:
    """Give a letter other items: a new version, to be signed anew; the old one stays with its signatures.

    Raises `NotFound`, `MayNotMakeLetters`, `FollowsTheLists`, `NothingChanged`, `SameItemTwice`.
    """
    letter = await to_move(session, letter_id)
    await policy.check_may_see(session, by, letter)
    if letter.from_lists:
        raise FollowsTheLists()
    await policy.check_may_make(session, by, await roster.held_post(session, letter.post_id))
    if not await renew(session, letter, lines, by=by.person_id):
        raise NothingChanged()
    return letter


async def renew(session: Session, letter: ResponsibilityLetter, lines: Sequence[Line], *, by: UUID | None) -> bool:
    """A new version of a letter in hand if these are other items than those of its latest; whether there is one."""
    latest = await latest_of(session, letter)
    if tuple(lines) == views.text_of_version(session, latest).lines:
        return False
    latest.move("replace")
    latest.replaced_at = session.now
    await _issue(session, letter, lines, by=by)
    return True


async def sign(session: Session, letter_id: UUID, *, by: Actor, digest: str) -> ResponsibilityLetter:
    """The person signs the text that has this digest.

    Raises `NotFound`, `MayNotSign`, `NotThisText`, `NotAllowedNow`.
    """
    letter = await to_move(session, letter_id)
    await policy.check_may_see(session, by, letter)
    if letter.person_id != by.person_id:
        raise MayNotSign()
    post = await roster.held_post(session, letter.post_id)
    session.by_post = post.id
    version = await seen_version(session, letter, digest)
    version.move("sign")
    await _record(session, letter, version, Role.RESPONSIBLE, post)
    today = local_date(session.now)
    _, superior = await roster.head_at_or_above(
        session, letter.organization_id, steps=1, today=today, past=letter.person_id
    )
    if superior is not None:
        tell(session, superior.person_id, NoticeKind.LETTER_TO_COUNTERSIGN, about_id=letter.id)
    return letter


async def countersign(session: Session, letter_id: UUID, *, by: Actor, digest: str) -> ResponsibilityLetter:
    """Somebody above countersigns the text that has this digest.

    Raises `NotFound`, `MayNotCountersign`, `NotThisText`, `NotAllowedNow`.
    """
    letter = await to_move(session, letter_id)
    post = await policy.check_may_countersign(session, by, letter)
    version = await seen_version(session, letter, digest)
    version.move("countersign")
    await _record(session, letter, version, Role.SUPERIOR, post)
    tell(session, letter.person_id, NoticeKind.LETTER_COUNTERSIGNED, about_id=letter.id)
    return letter


async def to_move(session: Session, letter_id: UUID) -> ResponsibilityLetter:
    """The letter, ours to change. Raises `NotFound`."""
    letter = await session.get(ResponsibilityLetter, letter_id, lock=True)
    if letter is None:
        raise NotFound()
    return letter


async def latest_of(session: Session, letter: ResponsibilityLetter) -> LetterVersion:
    """The latest version of a letter in hand, ours to change."""
    [latest] = await session.all(LATEST, letter=letter.id)
    return latest


async def seen_version(session: Session, letter: ResponsibilityLetter, digest: str) -> LetterVersion:
    """The same, if it is the text that somebody read. Raises `NotThisText`."""
    latest = await latest_of(session, letter)
    if not compare_digest(latest.text_digest.hex().encode(), digest.encode()):
        raise NotThisText()
    return latest


# — inside —


async def _issue(session: Session, letter: ResponsibilityLetter, lines: Sequence[Line], *, by: UUID | None) -> None:
    if len({line.item_id for line in lines}) < len(lines):
        raise SameItemTwice()
    organization = await session.get(Organization, letter.organization_id)
    rule_version = session.use(RulePack).version
    letter.version += 1
    letter.stage = LetterStage.MADE
    text = text_of(
        LetterText(
            number=letter.number,
            version=letter.version,
            title=letter.title,
            organization=organization.name if organization else "",
            post=post_title(letter.post_kind),
            person=letter.person_name,
            rule_version=rule_version,
            lines=tuple(lines),
        )
    )
    version_id = new_id()
    session.add(
        LetterVersion(
            id=version_id,
            township_code=letter.township_code,
            letter_id=letter.id,
            version=letter.version,
            stage=LetterStage.MADE,
            text=session.use(Vault).seal(text, place=place_of("letter_version", "text", version_id)),
            text_digest=digest_of(text),
            rule_version=rule_version,
            made_at=session.now,
            made_by=by,
            replaced_at=None,
        )
    )
    tell(session, letter.person_id, NoticeKind.LETTER_TO_SIGN, about_id=letter.id)
    issuer = await session.get(Post, session.by_post) if session.by_post and by is not None else None
    if issuer is not None:
        await measure_document(
            session,
            township_code=township_of(issuer.division_code),
            role=issuer.kind,
            kind=DocumentKind.GENERAL,
            characters=len(letter.title) + sum(len(line.number) + len(line.title) for line in lines),
        )


async def _record(
    session: Session, letter: ResponsibilityLetter, version: LetterVersion, role: Role, post: Post
) -> None:
    organization = await session.get(Organization, post.organization_id)
    letter.stage = version.stage
    session.add(
        LetterSignature(
            id=new_id(),
            township_code=letter.township_code,
            letter_id=letter.id,
            version_id=version.id,
            role=role,
            person_id=post.person_id,
            person_name=post.name,
            post_id=post.id,
            post_kind=post.kind,
            organization_id=post.organization_id,
            organization_name=organization.name if organization else "",
            signed_at=session.now,
            text_digest=version.text_digest,
            rule_version=session.use(RulePack).version,
        )
    )
