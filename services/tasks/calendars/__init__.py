"""Calendars: the work calendars by which limits were and are counted, kept as a table that an operator imports."""
