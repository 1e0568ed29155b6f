"""Which district is asked about, and in which of its villages something lies."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import is_district, lies_in
from chassis.session import Session
from services.tasks.open311.refusals import JurisdictionMissing, NoSuchAddress, NoSuchJurisdiction
from services.tasks.places.model import Where
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import ApiClient, Division

VILLAGES = ("village", "community")
NEAR = 5
"""Cells, about 500 m: where the nearest case lay that somebody placed by hand, this one lies, too. Own value."""

DISTRICTS = select(Division).where(col(Division.kind) == "district").order_by(col(Division.code))
WITHIN = select(Division).where(
    col(Division.superior_code).is_not(None), col(Division.code).startswith(bindparam("digits"), autoescape=False)
)
_away = (col(ServiceRequest.cell_y) - bindparam("cell_y", type_=sa.Integer)) * (
    col(ServiceRequest.cell_y) - bindparam("cell_y", type_=sa.Integer)
) + (col(ServiceRequest.cell_x) - bindparam("cell_x", type_=sa.Integer)) * (
    col(ServiceRequest.cell_x) - bindparam("cell_x", type_=sa.Integer)
)
NEAREST = (
    sa.select(col(ServiceRequest.division_code))
    .where(
        col(ServiceRequest.cell_y).between(bindparam("south"), bindparam("north")),
        col(ServiceRequest.cell_x).between(bindparam("west"), bindparam("east")),
        col(ServiceRequest.division_code).not_like("%000"),
    )
    .order_by(_away, col(ServiceRequest.id).desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Found:
    """The division that a report is about, and whether that is a village or a community."""

    code: str
    is_village: bool


async def jurisdiction(session: Session, said: str | None) -> Division:
    """The district that is meant; where only one is served, it need not be said.

    Raises `JurisdictionMissing`, `NoSuchJurisdiction`.
    """
    served = await session.all(DISTRICTS)
    if not said:
        if len(served) != 1:
            raise JurisdictionMissing(served=[one.code for one in served])
        return served[0]
    for one in served:
        if said in {one.code, one.code[:6]}:
            return one
    raise NoSuchJurisdiction()


async def division_of(
    session: Session, client: ApiClient, *, district: Division, address_id: str | None, where: Where | None
) -> Found:
    """In which village something lies: as said, by the client's own area, by a name in the address, or by what lay
    near it before; else with the client's area, where somebody gives it out by hand.

    Raises `NoSuchAddress`.
    """
    if address_id:
        said = await session.get(Division, address_id)
        if said is None or said.kind not in VILLAGES or not lies_in(said.code, district.code):
            raise NoSuchAddress()
        return Found(said.code, is_village=True)
    own = await session.get(Division, client.division_code)
    if own is not None and own.kind in VILLAGES:
        return Found(own.code, is_village=True)
    area = client.division_code if lies_in(client.division_code, district.code) else district.code
    if where is not None and where.address and (named := await _named(session, where.address, area=area)):
        return Found(named, is_village=True)
    if where is not None and (near := await _near(session, where, area=area)):
        return Found(near, is_village=True)
    return Found(area, is_village=False)


async def _named(session: Session, address: str, *, area: str) -> str | None:
    """The one village of an area whose name stands in an address; with its township's name, if several are named so."""
    digits = area[:9] if not is_district(area) else area[:6]
    divisions = {one.code: one for one in await session.all(WITHIN, digits=digits)}
    named = [one for one in divisions.values() if one.kind in VILLAGES and one.name in address]
    longest = max((len(one.name) for one in named), default=0)
    named = [one for one in named if len(one.name) == longest]
    if len(named) > 1:
        townships = {code: one.name for code, one in divisions.items()}
        named = [one for one in named if townships.get(one.superior_code or "", "\0") in address]
    return named[0].code if len(named) == 1 else None


async def _near(session: Session, where: Where, *, area: str) -> str | None:
    if where.cell is None:
        return None
    y, x = where.cell
    given = {"south": y - NEAR, "north": y + NEAR, "west": x - NEAR, "east": x + NEAR}
    found = await session.first(NEAREST, cell_y=y, cell_x=x, **given)
    return found[0] if found and lies_in(found[0], area) else None
