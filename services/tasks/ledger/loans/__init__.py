"""Loans to households: asked for, granted, refused, repaid, overdue."""
