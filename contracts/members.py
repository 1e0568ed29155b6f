"""What `members` tells the others: areas, organisations, who holds which post, and the keys of its tokens."""

from datetime import date, datetime
from uuid import UUID

from contracts.audit import SealedDay
from contracts.burden import CountedDay
from contracts.event import Event


class SigningKeyPublished(Event, type="members.signing_key.published.v1", key="kid"):
    """Tokens signed with this key are ours until `not_after` (UTC); told again when that comes nearer.

    A key is told of before it signs, so that every service knows it by then.
    """

    kid: str
    public_key: str  # PEM, P-256
    not_after: datetime


class CellKeyPublished(Event, type="members.cell_key.published.v1", key="cell_id"):
    """Ballots of this cell are those with a credential signed by this key, which is one for everybody.

    Who drew a credential is told by no fact.
    """

    cell_id: UUID
    township_code: str
    public_key: str  # SubjectPublicKeyInfo (RSA, DER), base64url without padding
    draws_until: date  # the last day on which a credential may be drawn


class SurveyKeyPublished(Event, type="members.survey_key.published.v1", key="part_id"):
    """Answers in this part of a survey may bear a credential signed by this key, which is one for everybody there.

    A part of which nothing is told has too few people for a key of its own: theirs is the key of the whole.
    """

    part_id: UUID
    survey_id: UUID
    township_code: str
    public_key: str  # SubjectPublicKeyInfo (RSA, DER), base64url without padding
    draws_until: date  # the last day on which a credential may be drawn


class SurveyCredentialsDrawn(Event, type="members.survey_credentials.drawn.v1", key="part_id"):
    """So many credentials of this part of a survey were drawn, and none is any more; by whom is told by no fact."""

    part_id: UUID
    survey_id: UUID
    drawn: int


class DivisionListed(Event, type="members.division.listed.v1", key="code"):
    """An area is in the list of areas, under this name."""

    code: str  # 12 digits
    name: str
    kind: str  # district, township, street, village, community
    superior_code: str | None


class OrganizationRecorded(Event, type="members.organization.recorded.v1", key="organization_id"):
    """An organisation is in the tree, as it now stands."""

    organization_id: UUID
    code: str
    name: str
    tier: str  # committee, general_branch, branch
    superior_id: UUID | None
    division_code: str


class PostHeld(Event, type="members.post.held.v1", key="post_id"):
    """A person holds a post in an organisation and an area, as it now stands; ended where `to_on` is past.

    The name is that of somebody in office, as on the contact card at the village's door: citizens are promised a
    named person.
    """

    post_id: UUID
    person_id: UUID
    name: str
    kind: str
    organization_id: UUID
    division_code: str
    from_on: date
    to_on: date | None
    ended_at: datetime | None = None  # ended by order before the end of its last day; from this instant (UTC) no right


class AbsenceDeclared(Event, type="members.absence.declared.v1", key="absence_id"):
    """Somebody in office is away, and a named colleague acts for them, as it now stands; why is not told."""

    absence_id: UUID
    post_id: UUID
    person_id: UUID
    organization_id: UUID
    stand_in_post_id: UUID
    stand_in_person_id: UUID
    from_on: date
    to_on: date  # the last day
    ended_at: datetime | None  # came back before the last day


class HouseholdListed(Event, type="members.household.listed.v1", key="household_id"):
    """A household is in the register, as it now stands; whose it is and where they live is not told."""

    household_id: UUID
    division_code: str  # of its village or community
    ended_on: date | None  # the last day on which it was one


class HouseholdPeopled(Event, type="members.household.peopled.v1", key="household_id"):
    """Who belongs to a household that somebody is paired with, as it now stands: they read what is written of it."""

    household_id: UUID
    person_ids: tuple[UUID, ...]


class PairingMade(Event, type="members.pairing.made.v1", key="pairing_id"):
    """A person (by a post, perhaps) or an organisation answers for a household, an organisation, or else a village."""

    pairing_id: UUID
    kind: str  # household, contact_point, department_village, three_plus_x
    helper_person_id: UUID | None
    helper_post_id: UUID | None
    helper_organization_id: UUID | None
    household_id: UUID | None
    organization_id: UUID | None
    division_code: str  # of whom it is for; of the village itself, where neither household nor organisation is named
    from_on: date
    to_on: date | None


class PairingEnded(Event, type="members.pairing.ended.v1", key="pairing_id"):
    """A pairing lasts until this local date; another goes on in its place where it was handed over."""

    pairing_id: UUID
    to_on: date
    handed_over_to: UUID | None  # the pairing that goes on


class SigningKeyWithdrawn(Event, type="members.signing_key.withdrawn.v1", key="kid"):
    """No token of this key is ours any longer, whenever it was signed: somebody else may hold the key."""

    kid: str
    withdrawn_at: datetime


class AccessWithdrawn(Event, type="members.access.withdrawn.v1", key="subject_id"):
    """Tokens that were given to a person or a client up to `before` (UTC) are refused from now on.

    With a session (or a client's key) only the tokens of that one, whenever they were given.
    """

    subject_id: UUID
    session_id: UUID | None
    before: datetime


class SignInMisused(Event, type="members.sign_in.misused.v1", key="person_id"):
    """A refresh token that was used before came again, so somebody else may hold it; the session was ended."""

    person_id: UUID
    session_id: UUID


class AccountBound(Event, type="members.account.bound.v1", key="account_id"):
    """An account that belonged to nobody is a person's from now on, and with it what was asked for by it.

    An account is bound once; after an unbinding the same telephone begins with a new one.
    """

    account_id: UUID
    person_id: UUID
    bound_at: datetime


class IdentityUnmasked(Event, type="members.identity.unmasked.v1", key="person_id"):
    """Somebody in office saw parts of who a person is, for a request, by a post and for a reason; no value is told."""

    unmasking_id: UUID
    person_id: UUID
    by_person: UUID
    post_id: UUID
    post_kind: str
    parts: tuple[str, ...]  # name, phone, address, citizen_number
    reason: str  # a code
    request_id: UUID  # as whoever asked gave it
    unmasked_at: datetime


class PersonErased(Event, type="members.person.erased.v1", key="person_id"):
    """A person's data were taken away at their own request: whoever holds words of theirs takes them away, too."""

    person_id: UUID
    erased_at: datetime


class ConsentGiven(Event, type="members.consent.given.v1", key="consent_id"):
    """A person said yes by the code that only they were told: what they were asked for is given."""

    consent_id: UUID  # of the mandate that it is about
    person_id: UUID
    told_by: UUID | None  # who in office told them the code, where no text could be sent
    given_at: datetime


class AuditDaySealed(SealedDay, Event, type="members.audit_day.sealed.v1", key="day"):
    """A local day of this service's audit is over and will not change."""


class ClientRegistered(Event, type="members.client.registered.v1", key="client_id"):
    """A system of an organisation may ask by itself, for this area and within these scopes."""

    client_id: UUID
    organization_id: UUID
    division_code: str
    scopes: list[str]


class BurdenCounted(CountedDay, Event, type="members.burden.counted.v1", key="township_code"):
    """How often the forms of this service were sent in, and its messages out, in one township on one day, by role."""
