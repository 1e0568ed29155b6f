"""Checklists: what is to be done, from the plan of a county down to the household, and what it arose from."""
