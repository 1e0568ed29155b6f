"""Taking in that a survey is announced, or dropped before anybody answered."""

import asyncio

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date, midnight
from chassis.plans import table_of
from chassis.secrecy import Vault
from chassis.session import Session
from contracts.feedback import SurveyAnnounced, SurveyDropped
from services.members.credentials.actions import DRAWS_OVER, KEYS_OF_THE_DAY, OF_CELL, in_text, key_place
from services.members.credentials.model import A_DAY, CellKey, Drawing
from services.members.credentials.signing import BlindSigner
from services.members.credentials.surveys.counting import people_asked
from services.members.credentials.surveys.cutting import cut
from services.members.credentials.surveys.model import CalledSurvey

KEYS = select(CellKey).where(col(CellKey.survey_id) == bindparam("survey")).with_for_update()


async def make_survey_keys(event: SurveyAnnounced, session: Session) -> None:
    """Make the keys of a survey, one for each part that is large enough, and tell of them."""
    if await session.get(CalledSurvey, event.survey_id) is not None:
        return
    wanted = cut(
        await people_asked(session, event),
        event.parts,
        event.whole,
        least_of_part=event.least_of_part,
        least_of_whole=event.least_of_whole,
    )
    signer, vault, today = session.use(BlindSigner), session.use(Vault), local_date(session.now)
    made = await asyncio.gather(*(signer.new_key() for _ in wanted))  # before anything is written: it takes its time
    session.add(CalledSurvey.begin(event))
    for part, (private, public) in zip(wanted, made, strict=True):
        sealed = vault.seal_bytes(private, place=key_place(part.part_id))
        key = CellKey.of_part(event, part, public_key=in_text(public), private_key=sealed, today=today)
        session.add(key)
        session.publish(key.published())
        session.remind(KEYS_OF_THE_DAY, about=key.id, due_at=midnight(key.listed_on))
        session.remind(DRAWS_OVER, about=key.id, due_at=midnight(key.draws_until + A_DAY))


async def call_a_survey_off(event: SurveyDropped, session: Session) -> None:
    """Give out no credential of a survey that was dropped, and forget who drew one."""
    survey = await session.get(CalledSurvey, event.survey_id, lock=True)
    if survey is None:
        return
    today = local_date(session.now)
    survey.draws_until = min(survey.draws_until, today - A_DAY)
    for key in await session.all(KEYS, survey=survey.id):
        key.call_off(today=today)
        session.erase(table_of(Drawing), *await session.all(OF_CELL, cell=key.id))
