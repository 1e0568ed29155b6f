"""Whoever an id belongs to: a member, a citizen, or a contact; for all that is done to persons alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis.secrecy import PersonVault
from chassis.session import Session
from services.members.accounts.views import Identity, identity_of
from services.members.contacts.model import Contact
from services.members.contacts.views import Part, said_by
from services.members.households.model import Citizen
from services.members.persons import Secret, in_clear, vault_of
from services.members.roll.model import Member


@dataclass(frozen=True, slots=True)
class Known:
    """A person in a register, or a contact."""

    identity: Identity | None
    contact: Contact | None
    own: PersonVault | None = field(repr=False)

    @property
    def person_id(self) -> UUID:
        """The one id that all services know them by."""
        return self._person.id

    @property
    def township_code(self) -> str:
        """Where they live or, for a contact, were first heard of."""
        return self._person.township_code

    @property
    def division_code(self) -> str:
        """Where they live or, for a contact, were first heard of."""
        return self._person.division_code

    @property
    def areas(self) -> Sequence[str]:
        """Division codes within which somebody may have to do with them."""
        return self.contact.heard_in if self.contact else [self.division_code]

    @property
    def register_zh(self) -> str:
        """Where they are known from."""
        if self.identity is None:
            return "来电人"
        return "党员名册" if self.identity.member else "居民名册"

    @property
    def name(self) -> str | None:
        """Their name, in clear."""
        return self.identity.person.name if self.identity else self._said("name")

    def secret(self, part: Secret) -> str | None:
        """A sealed value, in clear; what one register lacks, the other is asked. Contacts have no citizen number."""
        if self.identity is None:
            return None if part == "citizen_number" else self._said(part)
        registers = [person for person in (self.identity.member, self.identity.citizen) if person is not None]
        return next((said for person in registers if (said := in_clear(self.own, person, part))), None)

    def _said(self, part: Part) -> str | None:
        return said_by(self.own, self.contact, part) if self.contact else None

    @property
    def generated(self) -> bool:
        """Whether a program made them up; never said of a contact."""
        return self.identity is not None and self.identity.generated

    @property
    def _person(self) -> Member | Citizen | Contact:
        found = self.identity.person if self.identity else self.contact
        assert found is not None
        return found


async def known_as(session: Session, person_id: UUID) -> Known | None:
    """Who this id belongs to, or nobody."""
    identity = await identity_of(session, person_id)
    contact = None if identity else await session.get(Contact, person_id)
    if identity is None and contact is None:
        return None
    return Known(identity, contact, await vault_of(session, person_id))
