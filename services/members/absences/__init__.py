"""Absences: somebody in office is away for some days, and a named colleague acts for them."""
