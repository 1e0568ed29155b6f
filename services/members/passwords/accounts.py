"""The county operator's side over HTTP: who has an account, giving one, giving a password anew, suspending."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction, shown_once
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.words import Input, Output
from services.members.paging import cut
from services.members.passwords import actions, policy
from services.members.passwords.actions import GivenPassword
from services.members.passwords.rules import SignInName
from services.members.passwords.views import ListedAccount, listed_accounts

router = APIRouter(prefix="/password-accounts", tags=["账号"], route_class=Route)


class NewAccount(Input):
    """Whose account, and under what name."""

    person_id: UUID
    sign_in_name: SignInName


class Reset(Input):
    """Whether the authenticator is forgotten with the password."""

    second_factor: bool


class Given(Output):
    """A password to hand over; it is shown to nobody again."""

    person_id: UUID
    sign_in_name: str
    password: str
    good_until: datetime  # UTC, real time


class Account(Output):
    """An account that was changed."""

    person_id: UUID
    suspended: bool


class Accounts(Output):
    """Accounts, and where the next page begins."""

    items: list[ListedAccount]
    next: str | None


@router.get("", response_model=Accounts)
async def list_accounts(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> Accounts:
    """The accounts of your county. Raises `Forbidden` or `WrongCursor`."""
    areas = await policy.areas_operated(session, actor)
    found = await listed_accounts(session, areas, before=place(cursor), most=limit + 1)
    items, following = cut(found, limit=limit, cursor=lambda one: cursor_after(one.person_id))
    return Accounts(items=items, next=following)


@router.post("", response_model=Given)
@shown_once
async def give_account(body: NewAccount, session: Transaction, actor: SignedIn) -> Given:
    """Give somebody an account.

    Raises `Forbidden`, `NotFound`, `OnlyAtTheServer`, `HoldsNoPost`, `AccountThere`, `SignInNameTaken`.
    """
    await policy.check_may_give_password(session, actor, body.person_id)
    given = await actions.give_account(session, body.person_id, sign_in_name=body.sign_in_name, by=actor.person_id)
    return _given(given)


@router.post("/{person_id}/reset", response_model=Given)
@shown_once
async def reset_password(person_id: UUID, body: Reset, session: Transaction, actor: SignedIn) -> Given:
    """Give somebody a password in place of a forgotten one. Raises `Forbidden`, `OnlyAtTheServer`, `NotFound`."""
    await policy.check_may_give_password(session, actor, person_id)
    given = await actions.give_password(
        session, person_id, without_second_factor=body.second_factor, by=actor.person_id
    )
    return _given(given)


@router.post("/{person_id}/suspension", response_model=Account)
async def suspend(person_id: UUID, session: Transaction, actor: SignedIn) -> Account:
    """Let nobody sign in with an account, and end its sessions. Raises `Forbidden`, `NotFound`."""
    await policy.check_operates(session, actor, person_id)
    await actions.suspend(session, person_id)
    return Account(person_id=person_id, suspended=True)


@router.post("/{person_id}/resumption", response_model=Account)
async def resume(person_id: UUID, session: Transaction, actor: SignedIn) -> Account:
    """Let somebody sign in again. Raises `Forbidden`, `OnlyAtTheServer`, `NotFound`."""
    await policy.check_may_give_password(session, actor, person_id)
    await actions.resume(session, person_id)
    return Account(person_id=person_id, suspended=False)


def _given(given: GivenPassword) -> Given:
    return Given(
        person_id=given.person_id,
        sign_in_name=given.sign_in_name,
        password=given.password,
        good_until=given.good_until,
    )
