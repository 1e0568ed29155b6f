"""Hotline duty: who is on now for a village, a township or the county, what they hand over, and missed calls."""
