"""On which devices those in office signed in, so that nobody grades them from there: known by the device's own key.

The device draws the key and sends it with each sign-in. Of it a keyed digest is kept, and compared here alone: a token
says which persons in office used its device, and nothing of the device.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import UniqueConstraint, bindparam
from sqlalchemy import select as columns
from sqlmodel import Field, col, select

from chassis.clock import real_now
from chassis.identity import MOST_BESIDE
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import Digest, Instant, new_id
from services.members.posts.views import posts_of
from services.members.sessions.model import DeviceSession
from services.members.tables import Table

HEADER = "device-key"
"""What a device sends at its sign-ins: 22 to 64 letters and digits that it drew by itself and keeps."""
FORM = re.compile(r"[0-9A-Za-z_-]{22,64}", re.ASCII)
REMEMBERED = timedelta(days=180)
"""For so long after its last use a device is that of whoever is in office (real time)."""


class OfficeDevice(Table, table=True):
    """Somebody in office signed in on a device."""

    __tablename__ = "office_device"
    __table_args__ = (UniqueConstraint("mark", "person_id", name="office_device_once"),)

    id: UUID = Field(primary_key=True)
    mark: bytes = Field(sa_type=Digest)  # a keyed digest of the device's key
    person_id: UUID = Field(index=True)
    used_at: datetime = Field(sa_type=Instant)


OWN = (
    select(OfficeDevice)
    .where(col(OfficeDevice.mark) == bindparam("mark"), col(OfficeDevice.person_id) == bindparam("person"))
    .with_for_update()
)
OTHERS = (
    columns(col(OfficeDevice.person_id))
    .where(
        col(OfficeDevice.mark) == bindparam("mark"),
        col(OfficeDevice.person_id) != bindparam("person"),
        col(OfficeDevice.used_at) > bindparam("since"),
    )
    .order_by(col(OfficeDevice.used_at).desc())
    .limit(MOST_BESIDE)
)
OF_PERSON = select(OfficeDevice).where(col(OfficeDevice.person_id) == bindparam("person"))


def mark_of(vault: Vault, headers: Mapping[str, str]) -> bytes | None:
    """What is kept of the key that a device sent; none of a device that sent none, or one of another form."""
    key = headers.get(HEADER, "")
    return vault.index(key, place="office_device.mark") if FORM.fullmatch(key) else None


async def note_use(session: Session, opened: DeviceSession) -> list[UUID]:
    """Keep that somebody in office uses a device; returns who else in office used it of late, the last first."""
    if opened.mark is None:
        return []
    now = real_now()
    if await posts_of(session, opened.person_id):
        own = await session.first(OWN, mark=opened.mark, person=opened.person_id)
        if own is None:
            session.add(OfficeDevice(id=new_id(), mark=opened.mark, person_id=opened.person_id, used_at=now))
        else:
            own.used_at = now
    given = {"mark": opened.mark, "person": opened.person_id, "since": now - REMEMBERED}
    return [person_id for (person_id,) in await session.all(OTHERS, **given)]


async def forget_devices(session: Session, person_id: UUID) -> None:
    """Somebody had themselves erased."""
    for used in await session.all(OF_PERSON, person=person_id):
        session.delete(used)
