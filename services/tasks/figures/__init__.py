"""Figures: what the rows say of the units of an area in a span of days, frozen as it was read."""
