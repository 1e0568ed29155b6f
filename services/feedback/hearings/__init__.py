"""Hearings of villagers: announced in time, asked, answered, and decided with a response to each question."""
