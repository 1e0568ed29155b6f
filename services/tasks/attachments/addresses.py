"""Addresses under which one file can be had for some minutes, by whoever was given them."""

import hmac
from datetime import timedelta
from uuid import UUID

from chassis.clock import real_now
from chassis.problems import NotFound
from chassis.secrecy import Vault

GOOD_FOR = timedelta(minutes=5)
"""Long enough for a phone in a village's network to begin the download (real time)."""


def address_of(vault: Vault, attachment_id: UUID) -> str:
    """The address of a file from now on, as it is called through the gateway."""
    until = int((real_now() + GOOD_FOR).timestamp())
    signature = _signature(vault, attachment_id, until)
    return f"/api/tasks/attachments/{attachment_id}/content?until={until}&signature={signature}"


def check_address(vault: Vault, attachment_id: UUID, *, until: int, signature: str) -> None:
    """Raises `NotFound` for an address that we did not give, or whose time is over."""
    given = hmac.compare_digest(signature.encode(), _signature(vault, attachment_id, until).encode())
    if not given or until < real_now().timestamp():
        raise NotFound()


def _signature(vault: Vault, attachment_id: UUID, until: int) -> str:
    return vault.digest(attachment_id.bytes + until.to_bytes(8), place="attachment.address").hex()
