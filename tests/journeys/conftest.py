"""Two towns, one in each profile; every journey is gone in both, and each in a village of its own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests import small_roster
from tests.journeys.village import Village
from tests.members.single_sign_on.county import County, county
from tests.town import Town, running_town

_given_out: dict[str, Iterator[str]] = {}


@pytest.fixture(scope="session")
def provider() -> Iterator[County]:
    """The county's identity provider."""
    with county() as running:
        yield running


@pytest.fixture(
    scope="session",
    # A town takes seconds to start, so all tests of a profile share one, and therefore one worker.
    params=[pytest.param(name, marks=pytest.mark.xdist_group(f"town-{name}")) for name in ("embedded", "cluster")],
)
def town(request: pytest.FixtureRequest, provider: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A running town with its roster in; the clock only ever goes on."""
    directory = tmp_path_factory.mktemp("town") / str(request.param)
    with running_town(request, directory, provider.environment()) as running:
        yield running


@pytest.fixture
def village(town: Town, request: pytest.FixtureRequest) -> Village:
    """A village in which nothing has happened yet, at nine o'clock on a Monday."""
    codes = _given_out.setdefault(f"{town.directory}", iter(small_roster.villages()))
    town.next_monday()
    return Village(town, next(codes))


@pytest.fixture
def words() -> str:
    """Free words that occur nowhere else."""
    return f"村口路灯不亮{uuid4().hex}"
