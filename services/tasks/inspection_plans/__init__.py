"""Inspection plans: teams, the frozen list of the units of a period, and how far it is covered."""
