"""Assignments: one item given to one named person, who signs for it, promises a date and reports."""
