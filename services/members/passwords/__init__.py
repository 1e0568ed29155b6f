"""Accounts with a sign-in name and a password, for persons on the roll who hold posts, and their second factor."""
