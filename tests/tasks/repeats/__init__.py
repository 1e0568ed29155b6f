"""Repeat marks and exclusions."""
