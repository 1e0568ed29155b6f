"""Taking in the one answer of a credential: of whom nothing is known but that the survey asks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import orjson

from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.ballots.credentials import is_signed
from services.feedback.surveys.answers.actions import check_takes_answers, put_in
from services.feedback.surveys.answers.model import (
    CredentialNotOfThisSurvey,
    SpentSurveyCredential,
    SurveyAnsweredOtherwise,
)
from services.feedback.surveys.definitions.model import Survey, SurveyPart
from services.feedback.surveys.definitions.questions import Given


@dataclass(frozen=True, slots=True)
class Credential:
    """A prepared message of 64 random bytes, signed by the key of a part without having been read."""

    part_id: UUID
    message: bytes
    signature: bytes

    def nullifier(self) -> bytes:
        """By which it is known again within its part."""
        return sha256(b"lianxin survey nullifier\0" + self.part_id.bytes + self.message).digest()

    def mark(self, given: Mapping[str, Given]) -> bytes:
        """By which the same answers are known again; nobody computes it from them without the random message."""
        said = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
        return sha256(b"lianxin survey answer\0" + self.message + said).digest()


async def answer_by_credential(session: Session, credential: Credential, given: Mapping[str, Given]) -> None:
    """Take the one answer of a credential; the same once more is taken in no second time, and answered as before.

    It counts in the part whose key signed it. Raises `NotFound`, `SurveyNotOpen`, `CredentialNotOfThisSurvey`,
    `AnswersDoNotFit`, `SurveyAnsweredOtherwise`.
    """
    part = await session.get(SurveyPart, credential.part_id)
    survey = None if part is None else await session.get(Survey, part.survey_id)
    if part is None or survey is None or not survey.by_credential:
        raise NotFound()
    check_takes_answers(session, survey)
    if part.public_key is None or not is_signed(
        part.public_key, message=credential.message, signature=credential.signature
    ):
        raise CredentialNotOfThisSurvey()
    answers = survey.form.read(given)
    await session.get(SurveyPart, part.id, lock=True)  # of two that come at once, one is the first
    nullifier, mark = credential.nullifier(), credential.mark(given)
    known = await session.get(SpentSurveyCredential, part.id, nullifier)
    if known is None:
        session.add(SpentSurveyCredential(part_id=part.id, nullifier=nullifier, answer=mark))
        await put_in(session, survey, part.id, answers)
    elif known.answer != mark:
        raise SurveyAnsweredOtherwise()
