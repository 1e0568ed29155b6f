"""Who may call what: every route of the three services has a row, and every cell of it is tried on a living service."""

import random
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import iter_route_contexts
from starlette.routing import Route

from chassis.http import scope_of
from chassis.problems import NotFound
from chassis.settings import DevelopmentSettings
from gateway.routes import CLOSED, find
from profiles.services import NAMES
from tests.gateway.authorisation.columns import COLUMNS, NOBODY, ROLES, SCOPES, Row, mirrored
from tests.gateway.authorisation.county import County
from tests.gateway.authorisation.filling import county
from tests.gateway.authorisation.matrix import MATRIX, PAGE, page
from tests.gateway.authorisation.running import RUNNING
from tests.three_services import routes_of, unopened

PUBLIC = {
    "members": {
        "GET /jwks",
        "POST /sessions/refresh",
        "POST /sign-in/development",
        "POST /sign-in/password",
        "POST /sign-in/new-password",
        "POST /sign-in/enrolment",
        "POST /sign-in/second-factor",
        "POST /sign-in/single-sign-on",
        "POST /sign-in/single-sign-on/leave",
        "POST /sign-in/single-sign-on/start",
        "POST /sign-in/wechat",
        "POST /internal/actor-tokens",
        "POST /oauth/token",
        "GET /sign-in/development/people",
        "GET /aid-notices",
        "GET /ballot-keys",
        "GET /ballot-keys/{day}",
    },
    "tasks": {
        "POST /tracking",
        "POST /slips",
        "GET /exclusions/figures",
        "GET /rechecks/draws",
        "GET /contests/figures",
        "GET /pledges/public",
        "GET /pledges/public/{pledge_id}",
        "GET /model-posts",
        "GET /model-posts/{model_id}",
        "GET /volunteer-services",
        "GET /volunteer-services/{service_id}",
        "GET /catalogue",
        "GET /catalogue/templates/{file}",
        "GET /attachments/{attachment_id}/content",
        "GET /internal/open311/services",
        "GET /internal/open311/services/{service_code}",
        "GET /internal/open311/requests",
        "GET /internal/open311/requests/{service_request_id}",
        "GET /internal/open311/updates",
        "GET /internal/open311/media/{attachment_id}",
        "POST /internal/open311/tokens",
        "GET /case-exports/{export_id}/content",
        "GET /inspection-draws",
        "GET /inspection-draws/{draw_id}",
        "GET /bulletins",
        "GET /bulletins/{bulletin_id}",
        "GET /bulletins/{bulletin_id}/document",
        "GET /letters/checks/{number}/{digest}",
        "GET /letters/checks/{number}/{digest}/page",
        "GET /ledger/disclosures/{division_code}",
    },
    "feedback": {
        "GET /public-figures",
        "GET /survey-results",
        "GET /survey-results/{survey_id}",
        "GET /survey-answers/{survey_id}/form",
        "POST /survey-answers",
        "GET /cells",
        "GET /cells/sums/{term_id}",
        "GET /cells/{cell_id}",
        "GET /ballots/challenge",
        "POST /ballots",
        "GET /disclosures",
        "GET /disclosures/kinds",
        "GET /disclosures/missing",
        "GET /disclosures/{disclosure_id}",
        "GET /disclosures/{disclosure_id}/questions",
        "GET /consultations",
        "GET /consultations/{consultation_id}",
        "GET /consultations/{consultation_id}/suggestions",
        "GET /accountability-figures",
        "GET /honours",
        "GET /unit-grades",
        "GET /hearings",
        "GET /hearings/{hearing_id}",
        "GET /village-decisions",
        "GET /village-decisions/meetings",
        "GET /village-decisions/{matter_id}",
    },
}
"""The public ones by name, beside those of every service: a route that becomes public changes this list, too."""

IN_DEVELOPMENT = {"POST /sign-in/development", "GET /sign-in/development/people"}
REFUSED = {401, 403, 404}
TRIED = 8  # ids of things here, for each role and address


def routes(service: str, *, development: bool = True) -> set[str]:
    """Every route that a service answers, as `GET /path`."""
    settings = DevelopmentSettings(development=development)
    return {f"{method} {path}" for method, path in routes_of(unopened(service, development=settings))}


def scopes_of(service: str) -> dict[str, str | None]:
    """The scope with which clients may call each route; none where it is for persons alone."""
    found = {}
    for route in iter_route_contexts(unopened(service).routes):
        assert isinstance(route.original_route, Route)
        for method in route.original_route.methods or ():
            found[f"{method} {route.path}"] = scope_of(route.original_route.endpoint)
    return found


@pytest.mark.parametrize("service", NAMES)
def test_every_route_has_a_row_and_every_row_a_route(service: str) -> None:
    assert routes(service) == {row.route for row in MATRIX[service]}


@pytest.mark.parametrize("service", NAMES)
def test_a_row_names_columns_that_there_are_and_each_once(service: str) -> None:
    for row in MATRIX[service]:
        named = [column for columns in row.given.values() for column in columns.split()]
        found_by = row.shows[1].split() if row.shows else []
        assert set(named) | set(found_by) <= set(COLUMNS), row.route
        assert len(set(named)) == len(named), row.route


def test_the_page_for_people_is_made_of_the_rows() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.gateway.authorisation.matrix"


def test_the_public_routes_are_these() -> None:
    everywhere = {row.route for row in RUNNING if row.public}
    found = {service: {row.route for row in rows if row.public} - everywhere for service, rows in MATRIX.items()}
    assert found == PUBLIC


def test_without_development_nobody_signs_in_with_a_code() -> None:
    assert routes("members") - routes("members", development=False) == IN_DEVELOPMENT


@pytest.mark.parametrize("service", NAMES)
@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics", "/openapi.json"])
def test_what_is_for_those_who_run_it_cannot_be_had_through_the_gateway(service: str, path: str) -> None:
    assert path[1:].partition("/")[0] in CLOSED
    address = f"/api/{service}{path}"
    with pytest.raises(NotFound):
        find({"type": "http", "path": address, "raw_path": address.encode()})


@pytest_asyncio.fixture(params=NAMES)
async def living(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[str, County]]:
    """Each service in turn, with somebody of every column in it."""
    async with county(request.param, tmp_path) as there:
        yield request.param, there


async def _try(
    there: County, row: Row, column: str, *, scope: str | None, instead: dict[str, str] | None = None
) -> httpx.Response:
    """Call a row's route in a column's name, about the row's own things or about others instead of them."""
    things = {part: await there.thing(row.about.get(part, part)) for part in row.parts}
    path = row.path.format(**things | (instead or {}))
    body = await there.filled(row.body)
    wanted = scope or SCOPES[0]
    scopes = wanted if column == "client" else " ".join(one for one in SCOPES if one != wanted)
    by = None if column == NOBODY else column
    return await there.call(row, path, by=by, scopes=scopes, body=body)


def _said(row: Row, column: str, answer: httpx.Response) -> str:
    return f"{row.route} {row.query or ''} {column}: {answer.status_code} {answer.text[:150]}"


@pytest.mark.asyncio
@pytest.mark.timeout(600)
async def test_every_cell_is_as_the_matrix_says(living: tuple[str, County]) -> None:
    service, there = living
    scopes = scopes_of(service)
    wrong = []
    for row in MATRIX[service]:
        for column, code in row.cells.items():
            for kind in row.kinds:
                await there.thing(kind)
            async with there.acting() if column == "stand_in" else nullcontext():
                answer = await _try(there, row, column, scope=scopes[row.route])
            if answer.status_code != code:
                wrong.append(f"{_said(row, column, answer)}, not {code}")
            if answer.status_code >= 300:
                continue
            if row.shows is not None:
                kind, finders = row.shows
                found = await there.thing(kind) in answer.text
                if found is not (column in finders.split()):
                    wrong.append(f"{_said(row, column, answer)}: {kind} is {'' if found else 'not '}there")
            if row.method != "GET":
                there.used_up()
    assert wrong == [], "\n".join(wrong)


@pytest.mark.asyncio
async def test_a_refusal_for_want_of_a_token_says_so(living: tuple[str, County]) -> None:
    service, there = living
    for row in MATRIX[service]:
        answer = await _try(there, row, NOBODY, scope=None)
        if not row.public and not row.streams:
            assert answer.json()["code"] == "unauthenticated", row.route
            assert answer.headers["content-type"] == "application/problem+json", row.route


@pytest.mark.asyncio
@pytest.mark.timeout(600)
async def test_ids_of_things_elsewhere_and_of_other_kinds_get_only_refusals(living: tuple[str, County]) -> None:
    """Each role tries ids that there are here, and one elsewhere, in every address that is not for it.

    Which of those here, chance says anew in each run: all of them in all addresses would be hundreds of thousands. A
    thing elsewhere is to the left columns what the thing here is to the right ones. One of the row's own kind is left
    out: where another than who recorded it has to confirm, it may be right to confirm that one.
    """
    service, there = living
    rows, scopes, found = MATRIX[service], scopes_of(service), list[str]()
    asking = [(row, part) for row in rows if not row.public for part in row.parts if part.endswith("_id")]
    here = {kind: await there.thing(kind) for kind in there.ids()}
    others = {part: sorted({one for kind, one in here.items() if kind != part}) for _, part in asking}
    for column in (role for role in ROLES if role != "client"):
        async with there.acting() if column == "stand_in" else nullcontext():
            for row, part in asking:
                refused = row.cells[column] in REFUSED  # 409 and 422 come after the right
                tried = random.sample(others[part], min(TRIED, len(others[part]))) if refused else []
                if part in there.elsewhere and row.cells[mirrored(column)] >= 400:
                    tried.append(there.elsewhere[part])
                for one in tried:
                    answer = await _try(there, row, column, scope=scopes[row.route], instead={part: one})
                    if answer.status_code not in REFUSED | {row.cells[column]}:
                        found.append(f"{_said(row, column, answer)} about {one}")
    assert found == [], "\n".join(found)
