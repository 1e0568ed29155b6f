"""Spreadsheets in: reading, checking and reporting on rosters; pure functions, no database."""
