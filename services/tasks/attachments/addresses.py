"""Addresses under which one file can be had for some minutes, by whoever was given them."""

import hmac
from datetime import timedelta
from uuid import UUID

from chassis.clock import real_now
from chassis.problems import NotFound
from chassis.secrecy import Vault

GOOD_FOR = timedelta(minutes=5)
"""Long enough for a phone in a village's network to begin the download (real time)."""


ATTACHMENT = "attachment.address"


def address_of(vault: Vault, attachment_id: UUID) -> str:
    """The address of a file from now on, as it is called through the gateway."""
    return f"/api/tasks/attachments/{attachment_id}/content?{signed(vault, attachment_id, place=ATTACHMENT)}"


def signed(vault: Vault, file_id: UUID, *, place: str) -> str:
    """The part of an address that lets whoever has it have this file for some minutes; of one kind of file alone."""
    until = int((real_now() + GOOD_FOR).timestamp())
    return f"until={until}&signature={_signature(vault, file_id, until, place=place)}"


def check_address(vault: Vault, file_id: UUID, *, until: int, signature: str, place: str = ATTACHMENT) -> None:
    """Raises `NotFound` for an address that we did not give, or whose time is over."""
    wanted = _signature(vault, file_id, until, place=place)
    given = hmac.compare_digest(signature.encode(), wanted.encode())
    if not given or until < real_now().timestamp():
        raise NotFound()


def _signature(vault: Vault, file_id: UUID, until: int, *, place: str) -> str:
    return vault.digest(file_id.bytes + until.to_bytes(8), place=place).hex()
