"""Keeping where a case is."""

import orjson

from chassis.secrecy import Vault
from chassis.session import Session
from services.tasks.places.model import Where
from services.tasks.places.views import place_place
from services.tasks.requests.model import ServiceRequest


def locate(session: Session, request: ServiceRequest, where: Where | None) -> None:
    """Have a case, new or locked, lie there: the exact place sealed, and its cell in clear."""
    if where is None:
        return
    point = where.point
    said = {
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
        "address": where.address,
    }
    request.place = session.use(Vault).seal_bytes(orjson.dumps(said), place=place_place(request.id))
    request.cell_y, request.cell_x = where.cell or (None, None)
