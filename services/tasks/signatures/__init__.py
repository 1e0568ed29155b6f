"""Signatures: every way of accepting a request is signed, and whoever sees the case can check it."""
