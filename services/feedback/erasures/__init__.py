"""Erasures: what ties a grade to somebody who had themselves erased."""
