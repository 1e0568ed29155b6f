"""Scorecards: what the work of an area or organisation comes to in a month, read from the records of its cases."""
