"""Inspections: visits by a form of questions, filled where there is no net and sent once, with what was found."""
