"""Calls that the next level owes: about every round graded badly, and about cases drawn at random each month."""
