"""Suggestions: a plan is shown before it is decided, people say what they think, and each suggestion is answered."""
