"""Reading accounts with a password, and what is known of their holders."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.identifiers import birth_date, tidy
from chassis.problems import NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.two_persons import Span
from chassis.words import Output
from services.members.passwords.model import PasswordAccount, SecondFactor
from services.members.persons import NUMBER_INDEX, in_clear, vault_of
from services.members.roll.model import Member

LISTED = (
    columns(
        col(PasswordAccount.person_id),
        col(PasswordAccount.sign_in_name),
        col(Member.name),
        col(PasswordAccount.given_until),
        col(PasswordAccount.changed_at),
        col(PasswordAccount.suspended_at),
        col(SecondFactor.enrolled_at),
    )
    .join_from(PasswordAccount, Member, col(Member.id) == col(PasswordAccount.person_id))
    .outerjoin(SecondFactor, col(SecondFactor.person_id) == col(PasswordAccount.person_id))
    .where(
        col(Member.division_code).between(bindparam("first"), bindparam("last")),
        col(PasswordAccount.person_id) < bindparam("before"),
    )
    .order_by(col(PasswordAccount.person_id).desc())
    .limit(bindparam("most"))
)


OF_NAME = columns(col(PasswordAccount.person_id)).where(col(PasswordAccount.sign_in_name) == bindparam("name"))
OF_NUMBER = columns(col(Member.id)).where(col(Member.citizen_number_index) == bindparam("number"))


class ListedAccount(Output):
    """An account as the operator sees it; instants in UTC, real time."""

    person_id: UUID
    sign_in_name: str
    name: str
    given_until: datetime | None  # until when a given password must be replaced; none for one of their own
    changed_at: datetime
    suspended_at: datetime | None
    enrolled_at: datetime | None  # of the second factor


async def listed_accounts(session: Session, areas: Sequence[Span], *, before: UUID, most: int) -> list[ListedAccount]:
    """The accounts of those who are on the roll in these areas, the persons registered last first, older than one."""
    found = dict[UUID, ListedAccount]()
    for first, last in areas:
        rows = await session.all(LISTED, first=first, last=last, before=before, most=most)
        found.update((row[0], _listed(row)) for row in rows)
    return sorted(found.values(), key=lambda one: one.person_id, reverse=True)[:most]


async def person_of_account(session: Session, sign_in_name: str) -> UUID:
    """Whose account it is. Raises `NotFound`."""
    found = await session.first(OF_NAME, name=sign_in_name)
    if found is None:
        raise NotFound()
    return found[0]


async def person_of_number(session: Session, citizen_number: str) -> UUID:
    """Who on the roll has this citizen number. Raises `NotFound`."""
    index = session.use(Vault).index(tidy(citizen_number), place=NUMBER_INDEX)
    found = await session.first(OF_NUMBER, number=index)
    if found is None:
        raise NotFound()
    return found[0]


async def words_known_of(session: Session, person_id: UUID) -> list[str]:
    """What others know of a person, and what their password therefore does not hold."""
    account, member = await session.get(PasswordAccount, person_id), await session.get(Member, person_id)
    if member is None:
        return []
    own = await vault_of(session, person_id)
    number, phone = in_clear(own, member, "citizen_number") or "", in_clear(own, member, "phone") or ""
    born = birth_date(number) if number else None
    dates = [born.strftime(form) for form in ("%Y%m%d", "%y%m%d")] if born else []
    return [account.sign_in_name if account else "", member.name, phone, number, number[-6:], *dates]


def _listed(row: Sequence[object]) -> ListedAccount:
    return ListedAccount.model_validate(dict(zip(ListedAccount.model_fields, row, strict=True)))
