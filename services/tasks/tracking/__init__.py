"""Tracking: how far a case has come, for whoever holds its code, without signing in and without any right to it."""
