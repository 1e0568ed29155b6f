"""Saying yes by a code."""
