"""Urgencies: how soon a case has to be done, said at intake, changed with a reason, and moving no promise."""
