"""WeChat over HTTP. WeChat is asked before a transaction begins, so that its slowness holds no connection."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction, Transactions, public
from chassis.identifiers import mask_phone
from chassis.secrecy import Vault
from chassis.words import PLAIN, Input, Output
from services.members.sessions.actions import Tokens
from services.members.sessions.devices import mark_of
from services.members.wechat import actions
from services.members.wechat.actions import Found, Outcome
from services.members.wechat.mini_program import MiniProgram
from services.members.wechat.views import opened, own_account

sign_in_router = APIRouter(prefix="/sign-in/wechat", tags=["登录"], route_class=Route)
router = APIRouter(prefix="/wechat", tags=["微信"], route_class=Route)

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,128}$")]
Leave = Annotated[Literal[True], Field(description="本人同意把微信与登记的身份绑定；不同意则不绑定")]


class SignIn(Input):
    """The code of `wx.login()`, and what to call this device in one's own list."""

    code: Code
    device: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=PLAIN)]


class GivenPhone(Input):
    """The code of the button `getPhoneNumber`, and the leave to bind the account by that number."""

    code: Code
    leave: Leave


class LastFour(Input):
    """The last four characters of one's citizen number, where the telephone alone does not tell who one is."""

    last_four: Annotated[str, StringConstraints(pattern=r"^[0-9]{3}[0-9Xx]$")]
    leave: Leave


class OutcomeView(Output):
    """What came of it and what to do next; with `bound`, tokens that replace those in hand."""

    outcome: Found
    next_zh: str
    tokens: Tokens | None


class AccountView(Output):
    """One's WeChat account, without its ids."""

    bound: bool
    phone_masked: str | None
    next_zh: str


class SessionCheck(Output):
    """Whether the mini-program's session is still good; if not, it calls `wx.login()` again."""

    good: bool


class Unbound(BaseModel):
    """The account is forgotten, and its sessions have ended."""

    next_zh: str


@sign_in_router.post("", response_model=Tokens)
@public
async def sign_in_by_wechat(body: SignIn, session: Transaction, request: Request) -> Tokens:
    """Sign in by the code of `wx.login()`; who was not here before gets an account of their own.

    The device may say by a header `Device-Key`, drawn once, which it is.

    Refusals: `login-code-over` (open the mini-program again), `we-chat-busy`, `we-chat-too-often` and
    `we-chat-quota-used` (try again after `Retry-After`), `we-chat-finds-risk`, `we-chat-refuses-us`,
    `we-chat-unreadable`, `we-chat-not-set-up`, `access-withdrawn-now`, `second-factor-wanted` (sign in at the desk).
    """
    who = await session.use(MiniProgram).exchange_code(body.code)
    address = request.headers.get("x-forwarded-for")  # of the gateway's own making
    mark = mark_of(session.use(Vault), request.headers)
    return await actions.sign_in(session, who, device=body.device, mark=mark, address=address)


@router.get("/account", response_model=AccountView)
async def show_wechat_account(session: Transaction, actor: SignedIn) -> AccountView:
    """One's own WeChat account. Refusal: `no-we-chat-account`."""
    account = await own_account(session, actor.person_id)
    phone = opened(session, account, "phone")
    bound = account.person_id is not None
    hint = Found.BOUND.next_zh if bound else "尚未绑定身份：可以提交和查看诉求；绑定后可看到本人登记的信息。"
    return AccountView(bound=bound, phone_masked=mask_phone(phone) if phone else None, next_zh=hint)


@router.post("/phone", response_model=OutcomeView)
async def bind_by_phone(body: GivenPhone, session: Transaction, beside: Transactions, actor: SignedIn) -> OutcomeView:
    """Bind the account to the person with this telephone number, with that person's leave.

    Refusals: `phone-code-over` (press the button again), `bound-already`, `bound-elsewhere`, `second-factor-wanted`,
    `no-we-chat-account`, and those of WeChat as at the sign-in.
    """
    async with beside(None) as reading:
        openid = opened(reading, await own_account(reading, actor.person_id), "openid")
    phone = await session.use(MiniProgram).phone_number(beside, body.code, openid=openid or "")
    return _view(await actions.bind_by_phone(session, phone, by=actor))


@router.post("/citizen-number", response_model=OutcomeView)
async def bind_by_citizen_number(
    body: LastFour, session: Transaction, beside: Transactions, actor: SignedIn
) -> OutcomeView:
    """Say which of those who share the telephone one is, or that one is the person in office; five times a day at most.

    Refusals: `number-does-not-fit`, `too-many-answers`, `phone-wanted`, `bound-already`, `bound-elsewhere`,
    `no-we-chat-account`.
    """
    async with beside(None) as counting:
        left = await actions.count_answer(counting, by=actor)
    return _view(await actions.bind_by_number(session, body.last_four.upper(), by=actor, left=left))


@router.post("/unbind", response_model=Unbound)
async def unbind_wechat(session: Transaction, actor: SignedIn) -> Unbound:
    """Forget one's WeChat account; its sessions end. Refusals: `not-bound`, `no-we-chat-account`."""
    await actions.unbind(session, by=actor)
    return Unbound(next_zh="已解除绑定；在微信里再次登录将使用新的账号。")


@router.post("/session-check", response_model=SessionCheck)
async def check_wechat_session(session: Transaction, beside: Transactions, actor: SignedIn) -> SessionCheck:
    """Ask WeChat whether the session key of the last sign-in is still good; one that is over is forgotten.

    Refusals: `no-we-chat-account`, and those of WeChat as at the sign-in.
    """
    async with beside(None) as reading:
        account = await own_account(reading, actor.person_id)
        openid, key = opened(reading, account, "openid"), opened(reading, account, "session_key")
    if key is None:
        return SessionCheck(good=False)
    good = await session.use(MiniProgram).session_is_good(beside, openid=openid or "", session_key=key)
    if not good:
        await actions.forget_session_key(session, by=actor)
    return SessionCheck(good=good)


def _view(outcome: Outcome) -> OutcomeView:
    return OutcomeView(outcome=outcome.found, next_zh=outcome.found.next_zh, tokens=outcome.tokens)
