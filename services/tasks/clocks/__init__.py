"""Clocks: the running time limits of a case."""
