"""Stationings: whose turn it is to be stationed where, as a plan, and what is handed over from one to the next."""
