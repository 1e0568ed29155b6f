"""Reading where a case is."""

from uuid import UUID

import orjson

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.places.datums import Datum, Point, convert
from services.tasks.places.forms import PlaceView
from services.tasks.places.model import Where
from services.tasks.requests.model import ServiceRequest


def place_place(request_id: UUID) -> str:
    """The place that a request's sealed place is bound to."""
    return place_of("service_request", "place", request_id)


def where_of(session: Session, request: ServiceRequest) -> Where | None:
    """Where a case is, exactly, in WGS-84; none if nobody said."""
    if request.place is None:
        return None
    said = orjson.loads(session.use(Vault).open_bytes(request.place, place=place_place(request.id)))
    point = None if said["latitude"] is None else Point(said["latitude"], said["longitude"])
    return Where(point, said["address"])


def place_view(session: Session, request: ServiceRequest) -> PlaceView | None:
    """Where a case is, for a map inside China and for those who may see the case."""
    where = where_of(session, request)
    if where is None:
        return None
    shown = convert(where.point, out_of=Datum.WGS84, into=Datum.GCJ02) if where.point else None
    return PlaceView(
        latitude=round(shown.latitude, 6) if shown else None,
        longitude=round(shown.longitude, 6) if shown else None,
        datum=Datum.GCJ02,
        address=where.address,
    )
