"""Credentials for mass surveys: which parts have a key of their own, and whom a survey asks."""
