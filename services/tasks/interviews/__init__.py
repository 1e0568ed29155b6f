"""Interviews after an inspection: who was called, what they promised by when, and whether it was kept."""
