"""Rectifications: what «not solved» or a bad grade opens, put right by a date and verified by somebody else."""
