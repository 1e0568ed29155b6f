"""Results: counted once, published where they tell of nobody, and looked at by the line."""
