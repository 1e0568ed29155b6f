"""Outcomes: handled, solved and satisfied as three facts, each with its source; and the case put away afterwards."""
