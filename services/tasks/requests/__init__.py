"""Requests: what citizens ask for, by whatever channel."""
