"""Cases handed over to the petition channel."""
