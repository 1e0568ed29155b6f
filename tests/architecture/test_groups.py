"""Tests of one group share what is costly to make, and so have to run on one worker."""

import pytest


@pytest.mark.xdist_group("together")
def test_whoever_deals_the_tests_out_knows_of_their_groups(request: pytest.FixtureRequest) -> None:
    dealt_by_group = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@together") is dealt_by_group
