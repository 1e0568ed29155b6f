"""Audit: who did what to which thing, by which post, from where and why; no row of it is ever changed."""

import re
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from uuid import UUID

from chassis.clock import real_now
from chassis.secrecy import Vault
from chassis.tables import new_id

if TYPE_CHECKING:
    from chassis.session import Session

LONGEST = 64  # characters of an action, of the name of a thing, of a code
CODE = re.compile(r"[a-z0-9_.:-]{1,64}", re.ASCII)


def record(
    session: "Session",
    *,
    actor_id: UUID | None,
    action: str,
    about: UUID | str,
    post_id: UUID | None = None,
    address: str | None = None,
    reason: str | None = None,
    request_id: str | None = None,
    fingerprint: bytes | None = None,
) -> UUID:
    """Have an audit row written at commit, in the transaction of the change itself; returns the row's id.

    `actor_id` is a person, a client, or `None` for an operator at the machine and for the service itself. `about` is
    the id or code of one thing. `address` is the caller's; only keyed digests of it and of its network are kept.
    `reason` is a code: free words are sealed where they belong and bound to the row by `fingerprint`, a keyed digest of
    what was sent. Raises `ValueError` for a reason that is no code.
    """
    if reason is not None and not CODE.fullmatch(reason):
        raise ValueError("an audit row's reason is a code, never somebody's words")
    audit_id = new_id()
    session.audited.append(
        (
            audit_id,
            real_now(),
            actor_id,
            post_id or session.by_post,
            action,
            str(about)[:LONGEST],
            *_whence(session, address),
            reason,
            None if request_id is None else request_id[:LONGEST] or None,
            fingerprint,
        )
    )
    return audit_id


def _whence(session: "Session", address: str | None) -> tuple[bytes | None, bytes | None]:
    """Keyed digests of a caller's network and address: equal for equal ones, and nothing to anybody without the key."""
    network = None if address is None else network_of(address)
    if address is None or network is None:
        return None, None
    return session.use(Vault).index(network, place="audit.network"), address_digest(session, address)


def address_digest(session: "Session", address: str) -> bytes:
    """What is kept of a caller's address."""
    return session.use(Vault).index(address, place="audit.address")


@lru_cache(maxsize=4096)
def network_of(address: str) -> str | None:
    """The part of the net that an address lies in (/24, or /48 of IPv6); `None` for what is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))
