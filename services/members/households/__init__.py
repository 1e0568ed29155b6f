"""Households and citizens: the served."""
