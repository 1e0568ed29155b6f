"""Every table with something about persons is in its service's export, or it is said here why not."""

import pytest

from chassis.exports import Holdings
from chassis.plans import table_of
from chassis.settings import DevelopmentSettings, RuleSettings
from chassis.tables import CHASSIS, Sealed
from profiles.services import NAMES, build
from tests.architecture.services import base_of

PERSON_COLUMNS = {"person_id", "requester_id", "citizen_id", "owner_id"}

NOT_EXPORTED = {
    "members": {
        "person_key": "the salt that opens the person's own values; whoever has it has them",
        "recovery_code": "a keyed digest alone, from which nothing can be read",
        "cell_key": "nobody's: of a cell of ballots",
        "signing_key": "nobody's: the service's own",
        "wechat_token": "nobody's: the mini-program's own",
        "client_key": "a system's, not a person's",
        "api_client": "a system's, not a person's",
    },
    "tasks": {},
    "feedback": {
        "consideration": "about a unit, never a person",
        "survey_words": "nobody's: written without a name to whoever is one level up",
        "words_pool": "nobody's: the same before its survey is published",
        "veto": "about a unit, never a person",
    },
}


@pytest.mark.parametrize("service", NAMES)
def test_every_table_about_persons_is_exported_or_it_is_said_why_not(service: str) -> None:
    uses = build(service, development=DevelopmentSettings(), rules=RuleSettings()).uses
    (holdings,) = (thing for thing in uses if isinstance(thing, Holdings))
    exported = {table_of(held.model).name for held in holdings.held}
    about_persons = {
        table.name
        for table in base_of(service).metadata.sorted_tables
        if table.name not in CHASSIS.tables
        and (PERSON_COLUMNS & set(table.columns.keys()) or any(isinstance(c.type, Sealed) for c in table.columns))
    }
    assert about_persons - exported - NOT_EXPORTED[service].keys() == set()
    assert exported.isdisjoint(NOT_EXPORTED[service])
