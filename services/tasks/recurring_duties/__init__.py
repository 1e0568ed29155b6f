"""Recurring duties: what a post has to do every month, quarter, half-year or year, made ahead and missed by itself."""
