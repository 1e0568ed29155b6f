"""Grades on their way to the province's platform."""
