"""Desk views: filters of lists that somebody keeps under a name, or an organisation shares."""
