"""Open311 inside the house: arguments as their callers wrote them, answers that the gateway puts into its forms.

Closed at the gateway like everything `internal`: from outside there is the façade alone.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from chassis.clock import SHANGHAI
from chassis.http import Route, SignedIn, Transaction, Transactions, for_clients, public, streamed
from chassis.objects import Objects
from chassis.problems import NotFound
from services.tasks.attachments import actions as attachments
from services.tasks.attachments import views as attached
from services.tasks.attachments.kinds import BY_MEDIA_TYPE
from services.tasks.open311 import actions, asked, views
from services.tasks.open311.actions import Reported
from services.tasks.open311.forms import (
    AreaView,
    AttributeView,
    CaseList,
    DefinitionView,
    FileView,
    KeptView,
    Listing,
    PublicCaseView,
    ReceivedView,
    Report,
    ServiceList,
    ServiceView,
    Token,
    TokenView,
    Update,
    UpdatedView,
    UpdateList,
    UpdateView,
    ValueView,
)
from services.tasks.open311.jurisdictions import jurisdiction
from services.tasks.open311.refusals import ArgumentMalformed, NoSuchReport
from services.tasks.open311.views import PublicCase, PublicUpdate
from services.tasks.publications.offered import OfferedService
from services.tasks.requests.policy import NotInItsArea
from services.tasks.requests.views import seen
from services.tasks.roster.model import ApiClient

router = APIRouter(prefix="/internal/open311", tags=["Open311"], route_class=Route)

Argument = Annotated[str | None, Query(max_length=64)]


@router.get("/services")
@public
async def outside_services(session: Transaction, jurisdiction_id: Argument = None) -> ServiceList:
    """What systems outside may report today. Refusals: `jurisdiction-missing`, `no-such-jurisdiction`."""
    await jurisdiction(session, jurisdiction_id)
    return ServiceList(items=[_service(one) for one in views.services(session)])


@router.get("/services/{service_code}")
@public
async def outside_service(service_code: str, session: Transaction, jurisdiction_id: Argument = None) -> DefinitionView:
    """What else is asked of who reports it. Refusals: `no-such-service`, and as above."""
    await jurisdiction(session, jurisdiction_id)
    return _definition(views.service(session, service_code))


@router.get("/area")
@for_clients("requests.send")
async def outside_area(session: Transaction, actor: SignedIn) -> AreaView:
    """For which area this system reports: there whoever reports is heard of. Refusal: `not-in-its-area`."""
    client = await session.get(ApiClient, actor.person_id)
    if client is None:
        raise NotInItsArea()
    return AreaView(division_code=client.division_code)


@router.get("/requests")
@public
async def outside_requests(asked_for: Annotated[Listing, Query()], session: Transaction) -> CaseList:
    """Published cases from new to old, at most a thousand, of at most 90 days; numbers override all else.

    Refusals: `argument-malformed`, `range-too-long`, `no-such-service`, and as above.
    """
    district = await jurisdiction(session, asked_for.jurisdiction_id)
    if asked_for.service_request_id:
        ids = asked.ids("service_request_id", asked_for.service_request_id)
        found = await views.numbered(session, ids, district=district)
    else:
        found = await views.cases(
            session,
            district=district,
            codes=asked.listed(asked_for.service_code),
            span=asked.span(asked_for.start_date, asked_for.end_date, now=session.now),
            statuses=asked.statuses(asked_for.status),
            page=asked.page(asked_for.page, asked_for.page_size),
        )
    return CaseList(items=[_case(one) for one in found])


@router.get("/requests/{service_request_id}")
@public
async def outside_request(
    service_request_id: str, session: Transaction, jurisdiction_id: Argument = None
) -> PublicCaseView:
    """One published case. Refusals: `no-such-report`, and as above."""
    district = await jurisdiction(session, jurisdiction_id)
    return _case(await views.case(session, asked.number(service_request_id), district=district))


@router.post("/requests", status_code=201)
@for_clients("requests.send")
async def outside_report(body: Report, session: Transaction, actor: SignedIn) -> ReceivedView:
    """Report something; the same report again within the window is the same case.

    Refusals: `service-code-missing`, `no-such-service`, `place-missing`, `no-such-address`, `description-missing`,
    `attribute-missing`, `attribute-malformed`, `argument-malformed`, `not-in-its-area`, and as above.
    """
    said = {name: value or None for name, value in body if name not in {"attributes", "requester_id"}}
    done = await actions.report(
        session, Reported(**said, attributes=body.attributes, requester_id=body.requester_id), by=actor
    )
    files = await session.all(attached.OF_REQUEST, request=done.request_id) if done.repeated else []
    return ReceivedView(
        request_id=done.request_id,
        token=done.token,
        repeated=done.repeated,
        files=len(files),
        notices=_notices(done, linked=bool(body.media_url)),
    )


@router.post("/requests/{request_id}/media", status_code=201)
@for_clients("requests.send")
@streamed
async def outside_media(
    request_id: UUID, request: Request, session: Transaction, transactions: Transactions, actor: SignedIn
) -> KeptView:
    """A picture or voice of a case that this system sent in, as the body.

    Refusals: `wrong-media-type`, `too-large`, `picture-broken`, `picture-too-large`, `too-many-loose`.
    """
    case = await seen(session, request_id)  # unlocked: the file is noted in a transaction beside this one
    if case.client_id != actor.person_id:
        raise NotFound()
    kept = await attachments.attach(session, request.stream(), by=actor, beside=transactions)
    kept.request_id = case.id
    return KeptView(id=kept.id)


@router.post("/tokens")
@public
async def outside_token(body: Token, session: Transaction) -> TokenView:
    """The number behind a token. Refusal: `no-such-token`."""
    return TokenView(service_request_id=await views.number_of(session, body.token))


@router.get("/updates")
@public
async def outside_updates(asked_for: Annotated[Listing, Query()], session: Transaction) -> UpdateList:
    """The public steps of cases, or of one. Refusals: `argument-malformed`, `range-too-long`, `no-such-report`."""
    district = await jurisdiction(session, asked_for.jurisdiction_id)
    if asked_for.service_request_id:
        number = asked.number(asked_for.service_request_id)
        if number is None:
            raise NoSuchReport()
        return UpdateList(items=[_update(one) for one in await views.updates_of(session, number, district=district)])
    span = asked.span(asked_for.start_date, asked_for.end_date, now=session.now)
    page = asked.page(asked_for.page, asked_for.page_size)
    return UpdateList(
        items=[_update(one) for one in await views.updates(session, district=district, span=span, page=page)]
    )


@router.post("/updates", status_code=201)
@for_clients("requests.send")
async def outside_update(body: Update, session: Transaction, actor: SignedIn) -> UpdatedView:
    """Add something to a case that this system sent in; whoever works on it is told.

    Refusals: `argument-malformed`, `not-found`, and as above.
    """
    await jurisdiction(session, body.jurisdiction_id)
    asked.instant("updated_datetime", body.updated_datetime)
    asked.statuses(body.status or None)
    if not body.description or not body.service_request_id:
        raise ArgumentMalformed(argument="description" if body.service_request_id else "service_request_id")
    number = asked.number(body.service_request_id)
    if number is None:
        raise NoSuchReport()
    words = body.description if not body.status else f"{body.description}\n（来件方状态：{body.status.lower()}）"
    added = await actions.supplement(session, number, by=actor, outside_id=body.update_id or None, words=words)
    return UpdatedView(update_id=added.id)


@router.get("/media/{attachment_id}", response_class=Response)
@public
async def outside_picture(attachment_id: UUID, session: Transaction) -> Response:
    """A picture that was let out. Refusal: `no-such-report`."""
    found = await views.released(session, attachment_id)
    pieces = await session.use(Objects).get(attachments.name_of(found.id), key=attachments.key_of(session, found))
    kind = BY_MEDIA_TYPE[found.media_type or ""]
    return StreamingResponse(pieces, media_type=kind.media_type, headers={"Content-Length": str(found.size)})


def _service(one: OfferedService) -> ServiceView:
    return ServiceView(
        service_code=one.code,
        service_name=one.name,
        description=one.description,
        metadata=bool(one.questions),
        type="realtime" if one.public else "batch",
        keywords=",".join(one.keywords),
        group=one.group,
    )


def _definition(one: OfferedService) -> DefinitionView:
    return DefinitionView(
        service_code=one.code,
        attributes=[
            AttributeView(
                variable=question.asks,
                code=question.code,
                datatype=question.datatype.value,
                required=question.required,
                datatype_description=question.hint,
                order=order,
                description=question.words,
                values=[ValueView(key=key, name=name) for key, name in question.values.items()],
            )
            for order, question in enumerate(one.questions, start=1)
        ],
    )


def _case(one: PublicCase) -> PublicCaseView:
    return PublicCaseView(
        service_request_id=one.id,
        status=one.status,
        status_notes=one.status_notes,
        service_name=one.service_name,
        service_code=one.service_code,
        description=one.description,
        agency_responsible=one.agency,
        service_notice=one.notice,
        requested_datetime=_local(one.requested_at),
        updated_datetime=_local(one.updated_at),
        expected_datetime=_local(one.expected_at),
        address=one.address,
        address_id=one.address_id,
        lat=one.latitude,
        long=one.longitude,
        files=[FileView(id=file.id, ending=file.ending) for file in one.files],
    )


def _update(one: PublicUpdate) -> UpdateView:
    return UpdateView(
        update_id=one.id,
        service_request_id=one.request_id,
        status=one.status,
        updated_datetime=_local(one.at),
        description=one.description,
    )


def _local(at: datetime) -> datetime:
    """With the county's zone, in whole seconds."""
    return at.astimezone(SHANGHAI).replace(microsecond=0)


def _notices(done: actions.Received, *, linked: bool) -> list[str]:
    """What whoever reported it is to know."""
    told = ["已有相同来源的同一内容，仍为同一件，没有重复登记。"] if done.repeated else ["已受理。"]
    if done.offered.public:
        told.append("审核之前，对外只显示统一说明和约 100 米范围的位置。")
    else:
        told.append("此类事项不对外公开；承办人接到以后，可凭 token 查到编号。")
    if not done.placed:
        told.append("未能确定所在的村（社区），已交由上一级人工指派；填写 address_id 可以直接送达。")
    if linked:
        told.append("media_url 只作记录，系统不会下载；照片请随表单用 media 上传。")
    return told
