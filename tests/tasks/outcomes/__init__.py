"""Handled, solved and satisfied."""
