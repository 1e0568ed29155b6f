"""Readings: who in office looked at a person's case, shown to that person."""
