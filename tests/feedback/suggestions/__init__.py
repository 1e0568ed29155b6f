"""Suggestions on plans before they are decided."""
