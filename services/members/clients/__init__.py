"""API clients: the systems of townships that ask by themselves, their keys, and the tokens that stand for them."""
