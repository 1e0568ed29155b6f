"""Helpers: who helps with a case that somebody else leads; they see it and add to it, and do not finish it."""
