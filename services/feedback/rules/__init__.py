"""The figures of anonymous ballots, as dated data that an operator replaces."""
