"""Aid files: a household is entered for aid, and leaves it, each after a public notice and by two persons."""
