"""A system of an organisation that asks by itself, and its keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Digest, Instant, Listed, Sealed, text_of
from contracts.members import ClientRegistered
from services.members.tables import Table
from services.members.words import Word

LIVE_KEYS = 2
"""Keys of one kind that a client may have at once: the one in use, and the one that takes its place."""


class CredentialKind(Word):
    """By what a client shows who it is; a key is good for one of them, so that one sent in clear signs nothing."""

    SIGNATURE_SHA256 = "hmac-sha256", "HMAC-SHA256 签名"
    SIGNATURE_SM3 = "hmac-sm3", "HMAC-SM3 签名"
    API_KEY = "api-key", "接口密钥"
    OPEN311 = "open311", "Open311 密钥"
    OAUTH = "oauth", "OAuth 2 客户端凭据"


class Scope(Word):
    """What a client was allowed."""

    SEND = "requests.send", "报送诉求"
    READ = "requests.read", "查看本系统报送的诉求"


class ApiClient(Table, table=True):
    """A system of an organisation, which asks for that organisation's area. All instants are real time."""

    __tablename__ = "api_client"
    __table_args__ = (Index("api_client_area", "township_code", "division_code", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # the organisation's
    organization_id: UUID = Field(foreign_key="organization.id")
    name: str = Field(max_length=60)
    scopes: list[str] = Field(sa_type=Listed)
    kinds: list[str] = Field(sa_type=Listed)
    requests_per_minute: int
    expires_at: datetime = Field(sa_type=Instant)
    suspended_at: datetime | None = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)  # tokens given before are not given again

    def registered(self) -> ClientRegistered:
        """The fact of how it stands now."""
        return ClientRegistered(
            client_id=self.id,
            organization_id=self.organization_id,
            division_code=self.division_code,
            scopes=self.scopes,
        )


class ClientKey(Table, table=True):
    """A key of a client: its id is public, its secret is known to the client and to this service alone."""

    __tablename__ = "client_key"

    id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="api_client.id", index=True)
    kind: CredentialKind = Field(sa_type=text_of(CredentialKind))
    secret: bytes = Field(sa_type=Sealed)
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)  # a key that was ended expired then


class UsedNonce(Table, table=True):
    """A nonce with which a request was taken; kept for as long as its timestamp could be taken again."""

    __tablename__ = "used_nonce"

    id: bytes = Field(primary_key=True, sa_type=Digest)  # SHA-256 of the key's id and the nonce
    expires_at: datetime = Field(sa_type=Instant, index=True)
