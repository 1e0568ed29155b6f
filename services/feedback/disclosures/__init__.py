"""Disclosures: what a village has to make public, by when, who wrote it, who looked it over, and what is missing."""
