"""Contests of grades and cells."""
