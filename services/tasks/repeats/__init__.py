"""Repeated requests: a mark lies on a case and goes by itself; what is left out of scores needs two and is counted."""
