"""Supervision orders: one matter, one order, from mild to grave, to the named head of the unit that has the case."""
