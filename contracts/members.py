"""What `members` tells the others: areas, organisations, who holds which post, and the keys of its tokens."""

from datetime import date, datetime
from uuid import UUID

from contracts.event import Event


class SigningKeyPublished(Event, type="members.signing_key.published.v1", key="kid"):
    """Tokens signed with this key are ours until `not_after` (UTC)."""

    kid: str
    public_key: str  # PEM, P-256
    not_after: datetime


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
