"""Findings of inspections: the unit says its word, puts it right with proof, and somebody else strikes it off."""
