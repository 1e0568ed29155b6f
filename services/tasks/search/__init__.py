"""Finding cases: the index of their sealed words, and the lists of a desk."""
