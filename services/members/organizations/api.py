"""The tree of organisations, level by level."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit
from chassis.problems import NotFound
from services.members.organizations.model import Organization
from services.members.organizations.views import OrganizationView, organizations_below
from services.members.paging import code_after, cursor_after_code, cut

router = APIRouter(prefix="/organizations", tags=["党组织"], route_class=Route)


class OrganizationPage(BaseModel):
    """Organisations, and where the next page begins."""

    items: list[OrganizationView]
    next: str | None


@router.get("", response_model=OrganizationPage)
async def list_organizations(
    session: Transaction,
    _: SignedIn,
    superior_id: Annotated[UUID | None, Query(description="上级组织；不填为最上级")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> OrganizationPage:
    """The organisations directly below one, by code; without `superior_id` the top of the tree.

    Raises `WrongCursor`.
    """
    found = await organizations_below(session, superior_id, after=code_after(cursor), most=limit + 1)
    rows, cursor_of_next = cut(found, limit=limit, cursor=lambda organization: cursor_after_code(organization.code))
    return OrganizationPage(items=[OrganizationView.model_validate(row) for row in rows], next=cursor_of_next)


@router.get("/{organization_id}", response_model=OrganizationView)
async def show_organization(organization_id: UUID, session: Transaction, _: SignedIn) -> Organization:
    """One organisation. Raises `NotFound`."""
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NotFound()
    return organization
