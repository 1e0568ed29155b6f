"""How fast we are, as ratios to what the same machine can do at most, both measured in one run."""
