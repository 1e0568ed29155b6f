"""Whatever is sent to a route on PostgreSQL is answered or refused; on SQLite `tests/contracts` sends far more."""

import asyncio
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.feedback.office import Office, postgres_office


def send_anything(opening: AbstractAsyncContextManager[Office], *, examples: int) -> None:
    """Call every operation of the service's own document with bodies and parameters, right and wrong ones."""
    with asyncio.Runner() as runner:
        office = runner.run(opening.__aenter__())
        try:
            schema = schemathesis.openapi.from_dict(office.mounted.api.openapi())
            operations = [found.ok() for found in schema.get_all_operations()]
            assert len(operations) > 6
            for operation in operations:
                asks = bool(operation.body or list(operation.iter_parameters()))  # else nothing wrong can be said
                for mode in GenerationMode if asks else [GenerationMode.POSITIVE]:

                    @settings(
                        max_examples=examples,
                        deadline=None,
                        database=None,
                        phases=[Phase.generate],
                        suppress_health_check=list(HealthCheck),
                    )
                    @given(case=operation.as_strategy(generation_mode=mode))
                    def answers_or_refuses(case: schemathesis.Case) -> None:
                        answer = runner.run(
                            office.send(case.as_transport_kwargs(base_url="http://feedback"), by=uuid4())
                        )
                        assert answer.status_code < 500, answer.text
                        if answer.status_code >= 400:
                            assert answer.headers["content-type"] == "application/problem+json"

                    answers_or_refuses()
        finally:
            runner.run(opening.__aexit__(None, None, None))


@pytest.mark.timeout(600)
def test_no_input_makes_the_service_fail_on_postgres(postgres_database: str) -> None:
    send_anything(postgres_office(postgres_database), examples=8)
