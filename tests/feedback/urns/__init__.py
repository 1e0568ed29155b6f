"""Urns: what was said without names, as numbers."""
