"""Warnings: the colour that a case has, who is told of it, and how a missed limit climbs the tree of organisations."""
