"""Progress: what of a list or an item is done, late and struck off, counted from facts and never typed."""
