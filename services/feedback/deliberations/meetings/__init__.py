"""Meetings about a matter: called in time, recorded by one person, confirmed by another."""
