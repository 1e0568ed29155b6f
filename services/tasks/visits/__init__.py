"""Visits paid to households: what they need in their own words and with their leave, and who has not been visited."""
