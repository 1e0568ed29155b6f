"""What every service answers about its audit: the sealed days to anybody, rows and proofs to those concerned."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.audit import views
from chassis.audit.days import ONE_DAY, Day
from chassis.audit.proofs import Proof, prove
from chassis.audit.views import Concerns
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.problems import NotFound
from contracts.audit import SealedDay

Of = Annotated[str | None, Query(pattern=r"^[a-z]{1,32}$", description="哪个服务的封存值；不填为本服务自己的")]
Before = Annotated[date, Query(description="只看这一天之前的，不含当天")]
About = Annotated[str | None, Query(max_length=64, pattern=r"^[\w.:-]+$", description="事项编号；不填为自己的操作")]


class AuditDayView(SealedDay):
    """A sealed day, and whose it is."""

    service: str


class AuditDayPage(BaseModel):
    """Sealed days, newest first; `next` goes into `before`."""

    items: list[AuditDayView]
    next: date | None


class AuditRowView(BaseModel):
    """Who did what to which thing, by which of their posts, when (UTC) and for which reason."""

    audit_id: UUID
    at: datetime
    actor_id: UUID | None
    post_id: UUID | None
    action: str
    about: str
    reason: str | None


class AuditRowPage(BaseModel):
    """Audit rows, newest first, and where the next page begins."""

    items: list[AuditRowView]
    next: str | None


def router_of(service: str, concerns: Concerns) -> APIRouter:
    """The routes of one service; `concerns` says whose affair a thing is."""
    router = APIRouter(prefix="/audit", tags=["留痕"], route_class=Route)

    @router.get("/days", response_model=AuditDayPage)
    @public
    async def list_audit_days(
        session: Transaction, of: Of = None, before: Before = date.max, limit: Limit = 31
    ) -> AuditDayPage:
        """The sealed days of this service, or those of another that it keeps as a witness: for everybody to compare."""
        days = await views.days_before(session, of or service, before=before, limit=limit + 1)
        shown = [_view(day) for day in days[:limit]]
        return AuditDayPage(items=shown, next=shown[-1].day if len(days) > limit else None)

    @router.get("/days/{day}", response_model=AuditDayView)
    @public
    async def show_audit_day(session: Transaction, day: date, of: Of = None) -> AuditDayView:
        """One sealed day. Raises `NotFound` for a day that is not sealed."""
        found = await session.first(ONE_DAY, service=of or service, day=day)
        if found is None:
            raise NotFound()
        return _view(Day(*found))

    @router.get("/rows", response_model=AuditRowPage)
    async def list_audit_rows(
        session: Transaction, actor: SignedIn, about: About = None, cursor: Cursor = None, limit: Limit = 25
    ) -> AuditRowPage:
        """What one did oneself; with `about`, everything that was done to a thing of one's own."""
        rows = await views.rows_for(
            session, actor.person_id, about=about, concerns=concerns, before=place(cursor), limit=limit + 1
        )
        items = [AuditRowView(audit_id=row.id, **row._asdict()) for row in rows[:limit]]
        return AuditRowPage(items=items, next=cursor_after(items[-1].audit_id) if len(rows) > limit else None)

    @router.get("/proofs/{audit_id}", response_model=Proof)
    async def show_audit_proof(session: Transaction, actor: SignedIn, audit_id: UUID) -> Proof:
        """The proof that a row is in the sealed day. Raises `NotFound`, `NotSealedYet` or `Unprovable`."""
        if not await views.may_see(session, actor.person_id, audit_id, concerns=concerns):
            raise NotFound()
        return await prove(session, service, audit_id)

    return router


def _view(day: Day) -> AuditDayView:
    return AuditDayView.model_validate({"service": day.service, **day.told()})
