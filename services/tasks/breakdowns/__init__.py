"""Breakdowns: the items of a list carried down to townships, villages and households, each in one person's name."""
