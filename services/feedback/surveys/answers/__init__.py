"""Answers: sheets that lie in random order, and the ways by which they come in."""
