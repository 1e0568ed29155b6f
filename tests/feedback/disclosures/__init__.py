"""Disclosures and the questions about them."""
