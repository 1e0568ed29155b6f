"""Intake: what an operator is shown while they listen and type; nothing of it is kept."""
