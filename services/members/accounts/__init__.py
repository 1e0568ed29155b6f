"""Accounts: sign-in, and the tokens by which every service knows who asks."""
