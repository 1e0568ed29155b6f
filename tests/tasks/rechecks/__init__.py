"""Calls that the next level owes."""
