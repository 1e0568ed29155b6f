"""Rules: one jurisdiction's dated figures, each with its source and confidence, in files that an operator replaces."""
