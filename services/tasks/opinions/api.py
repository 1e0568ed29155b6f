"""Giving an opinion over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.words import Input, Output
from services.tasks.opinions import actions
from services.tasks.opinions.model import Opinion, OpinionAbout, Voice

router = APIRouter(prefix="/opinions", tags=["群众和党员意见"], route_class=Route)


class OpinionBody(Input):
    """About what, which of the four answers, and as what one speaks: a word that nobody checks and nothing keeps."""

    about: OpinionAbout
    about_id: UUID
    opinion: Opinion
    voice: Voice = Voice.VILLAGER


class Thanks(Output):
    """That it was taken in; what was said is shown to nobody by itself."""

    says_zh: str


@router.post("", status_code=201)
async def give_opinion(body: OpinionBody, session: Transaction, actor: SignedIn) -> Thanks:
    """Say what you think of a pledge, a post duty, a model post or a volunteer service: once for each in a quarter.

    Refusals: `not-found`, `nothing-to-judge-yet`, `own-doing`, `opinion-given-already`.
    """
    await actions.give(session, body.about, body.about_id, by=actor, opinion=body.opinion, voice=body.voice)
    return Thanks(says_zh="已收到，谢谢。意见只作合计，不显示是谁的；满规定份数后公布。")
