"""Contests: who handled a case says that a grade is not real, or a unit that a cell was stuffed; two persons decide."""
