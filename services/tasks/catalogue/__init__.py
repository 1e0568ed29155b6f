"""Catalogue: the errands that an agent runs, with the papers that each needs and its legal time."""
