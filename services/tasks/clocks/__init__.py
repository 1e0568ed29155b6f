"""Clocks: the running time limits of a case, their warnings, and how a missed one climbs."""
