"""Entries: recorded, approved and paid by three persons, and put right by another entry alone."""
