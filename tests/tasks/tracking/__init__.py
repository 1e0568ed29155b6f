"""Following a case by its code."""
