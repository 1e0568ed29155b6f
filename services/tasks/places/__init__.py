"""Places: where a case is, exactly for those who see the case, and rounded for everybody else."""
