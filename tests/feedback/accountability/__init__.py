"""Accountability and praise."""
