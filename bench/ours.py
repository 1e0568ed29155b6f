"""Our own side: how the harness starts the profiles and what it asks of them."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bench.sides import Cluster, ColdStart, Embedded, FactPath, NotYet, PageShape, Servers

SUBMIT = "/api/tasks/requests"
PAGE = "/api/tasks/requests?whose=asked&limit=25"
SYNCHRONOUS = "full"  # of the writer in chassis/sqlite.py

# A submit and its dispatch are one transaction, and nobody works on the cases of a bench, so the row stays as it is.
CAUSE = (
    "select id::text, pg_xact_commit_timestamp(xmin) from service_request where pg_xact_commit_timestamp(xmin) >= $1"
)
EFFECT = (
    "select request_id::text, pg_xact_commit_timestamp(xmin) from case_record"
    " where pg_xact_commit_timestamp(xmin) >= $1"
)


def page_of(requesters: Sequence[object]) -> PageShape:
    """The page of one's cases, for these citizens' person ids."""
    return PageShape(
        tables=("public.service_request",),
        owner="requester_id",
        owners=requesters,
        order=("id",),
        columns=(
            "id",
            "kind",
            "item_code",
            "stage",
            "division_code",
            "submitted_at",
            "finish_due_at",
            "promised_on",
            "round",
        ),
    )


def facts_to(feedback_database: str) -> FactPath:
    """From a submit in tasks to the case that feedback keeps of it, complete with its dispatch."""
    return FactPath(outbox="public.outbox", cause=CAUSE, effects_database=feedback_database, effect=EFFECT)


class Ours:
    """The profiles of this checkout, as `bench.sides.Sides` describes them."""

    def cluster(self, servers: Servers, workplace: Path) -> AbstractAsyncContextManager[Cluster]:
        """Start members, tasks, feedback and gateway on these servers, and sign citizens in."""
        raise NotYet("the cluster profile is not plugged into the bench: see Ours.cluster")

    def embedded(self, workplace: Path) -> AbstractAsyncContextManager[Embedded]:
        """Start `lianxin up` in an empty folder, and sign citizens in."""
        raise NotYet("the embedded profile is not plugged into the bench: see Ours.embedded")

    async def cold_start(self, workplace: Path) -> ColdStart:
        """Migrate an empty folder, and say how `lianxin up` is started on it."""
        raise NotYet("the start of the embedded profile is not plugged into the bench: see Ours.cold_start")

    async def roster_database(self, servers: Servers, name: str) -> str:
        """A new database of members with the district in it."""
        raise NotYet("the roster import is not plugged into the bench: see Ours.roster_database")

    async def roster(self, workplace: Path) -> Path:
        """The generated roster of the district as a spreadsheet."""
        raise NotYet("the roster import is not plugged into the bench: see Ours.roster")

    async def import_roster(self, database: str, spreadsheet: Path, workplace: Path) -> float:
        """Import it; the seconds from the opening of the file to the commit."""
        raise NotYet("the roster import is not plugged into the bench: see Ours.import_roster")
