"""Funds: where money and goods come from, and the budget lines that they are given under."""
