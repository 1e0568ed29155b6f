"""Lists, what they are broken down into, and what becomes of each item."""
