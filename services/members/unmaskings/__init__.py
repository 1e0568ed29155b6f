"""Unmaskings: who saw a person's number, telephone, address or full name, when, by which post and why."""
