"""Pairings: who answers for which household, village or organisation."""
