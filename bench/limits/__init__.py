"""The bare sides: the least program that does the same work, as the measure of ours."""
