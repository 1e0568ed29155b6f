"""Duty lists: what a township does itself, what it helps with, and what the county has taken back; by versions."""
