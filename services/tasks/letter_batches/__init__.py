"""Letter batches: letters for many posts at once, made one by one with their progress to be seen."""
