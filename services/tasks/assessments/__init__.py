"""Assessment lines: what of a list counts for which line of the assessment, worked out from the assignments alone."""
