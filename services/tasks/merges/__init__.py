"""Merging: the same matter of several people is one piece of work; everybody keeps their limits and their judgement."""
