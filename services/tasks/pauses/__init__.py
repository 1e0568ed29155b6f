"""Pauses: time in which a case waits for something that nobody here can hasten, with a reason, and never for ever."""
