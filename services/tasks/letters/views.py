"""Reading letters: those of one's reach, one's own, every version with its signatures, and the public check."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.letters import policy
from services.tasks.letters.model import (
    UNSIGNED,
    LetterRefusal,
    LetterSignature,
    LetterTextUnknown,
    LetterVersion,
    ResponsibilityLetter,
)
from services.tasks.letters.text import LetterText, read
from services.tasks.roster.views import DOWNWARD

_year = bindparam("year", type_=sa.Integer)
_stage = bindparam("stage", type_=sa.String)
_any_stage = _stage == ""
_of_stage = sa.type_coerce(col(ResponsibilityLetter.stage), sa.String) == _stage
_unsigned = (_stage == "unsigned") & col(ResponsibilityLetter.stage).in_(UNSIGNED)
_cut = (
    or_(_year == 0, col(ResponsibilityLetter.year) == _year),
    or_(_any_stage, _of_stage, _unsigned),
    col(ResponsibilityLetter.id) < bindparam("before"),
)
BELOW = (
    select(ResponsibilityLetter)
    .where(col(ResponsibilityLetter.organization_id).in_(select(DOWNWARD.c.id)), *_cut)
    .order_by(col(ResponsibilityLetter.id).desc())
    .limit(bindparam("limit"))
)
OWN = (
    select(ResponsibilityLetter)
    .where(col(ResponsibilityLetter.person_id) == bindparam("person"), *_cut)
    .order_by(col(ResponsibilityLetter.id).desc())
    .limit(bindparam("limit"))
)
VERSIONS = (
    select(LetterVersion)
    .where(col(LetterVersion.letter_id) == bindparam("letter"))
    .order_by(col(LetterVersion.version).desc())
)
OF_VERSION = select(LetterVersion).where(
    col(LetterVersion.letter_id) == bindparam("letter"), col(LetterVersion.version) == bindparam("version")
)
SIGNATURES = (
    select(LetterSignature)
    .where(col(LetterSignature.letter_id) == bindparam("letter"))
    .order_by(col(LetterSignature.id))
)
REFUSALS = select(LetterRefusal).where(col(LetterRefusal.letter_id) == bindparam("letter"))
BY_NUMBER = select(ResponsibilityLetter).where(col(ResponsibilityLetter.number) == bindparam("number"))
BY_DIGEST = select(LetterVersion).where(
    col(LetterVersion.letter_id) == bindparam("letter"), col(LetterVersion.text_digest) == bindparam("digest")
)


@dataclass(frozen=True, slots=True)
class Signed:
    """One version with its text and its signatures."""

    letter: ResponsibilityLetter
    version: LetterVersion
    text: LetterText
    signatures: list[LetterSignature]


async def page(
    session: Session, actor: Actor, *, own: bool, year: int | None, stage: str, before: UUID, limit: int
) -> list[ResponsibilityLetter]:
    """Letters from new to old: one's own, or those of the organisations that one's posts reach."""
    given = {"person": actor.person_id, "year": year or 0, "stage": stage, "before": before, "limit": limit}
    if own:
        return await session.all(OWN, **given)
    return await session.all(BELOW, today=local_date(session.now), **given)


async def seen(session: Session, actor: Actor, letter_id: UUID) -> ResponsibilityLetter:
    """A letter that the actor may see. Raises `NotFound`."""
    letter = await session.get(ResponsibilityLetter, letter_id)
    if letter is None:
        raise NotFound()
    await policy.check_may_see(session, actor, letter)
    return letter


async def versions(session: Session, letter: ResponsibilityLetter) -> list[Signed]:
    """Every version, the newest first, with whoever signed it."""
    signatures = await session.all(SIGNATURES, letter=letter.id)
    return [
        Signed(
            letter,
            version,
            text_of_version(session, version),
            [signature for signature in signatures if signature.version_id == version.id],
        )
        for version in await session.all(VERSIONS, letter=letter.id)
    ]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a version was not signed, and what was answered."""

    refusal: LetterRefusal
    words: str
    answer: str | None


async def refusals(session: Session, letter: ResponsibilityLetter) -> dict[UUID, Refused]:
    """What was said against the versions of a letter, by version."""
    vault = session.use(Vault)
    return {
        one.version_id: Refused(
            one,
            vault.open(one.words, place=place_of("letter_refusal", "words", one.id)),
            vault.open(one.answer, place=place_of("letter_refusal", "answer", one.id)) if one.answer else None,
        )
        for one in await session.all(REFUSALS, letter=letter.id)
    }


async def one_version(session: Session, letter: ResponsibilityLetter, version: int) -> Signed:
    """One version. Raises `NotFound`."""
    found = await session.first(OF_VERSION, letter=letter.id, version=version)
    if found is None:
        raise NotFound()
    return await _with_signatures(session, letter, found)


async def checked(session: Session, number: str, digest: str) -> Signed:
    """The version of a letter that has this text. Raises `LetterTextUnknown`."""
    letter = await session.first(BY_NUMBER, number=number)
    if letter is None:
        raise LetterTextUnknown()
    found = await session.first(BY_DIGEST, letter=letter.id, digest=bytes.fromhex(digest))
    if found is None:
        raise LetterTextUnknown()
    return await _with_signatures(session, letter, found)


def text_of_version(session: Session, version: LetterVersion) -> LetterText:
    """What a version says."""
    return read(plain_text_of(session, version))


def plain_text_of(session: Session, version: LetterVersion) -> str:
    """The text of a version as it is signed."""
    return session.use(Vault).open(version.text, place=place_of("letter_version", "text", version.id))


async def _with_signatures(session: Session, letter: ResponsibilityLetter, version: LetterVersion) -> Signed:
    signatures = await session.all(SIGNATURES, letter=letter.id)
    return Signed(
        letter,
        version,
        text_of_version(session, version),
        [signature for signature in signatures if signature.version_id == version.id],
    )
