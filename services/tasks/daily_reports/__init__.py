"""Daily reports: what the rows say of a group's area on a day, published by itself after midnight and frozen."""
