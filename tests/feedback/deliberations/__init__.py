"""Tests of what villages decide: denominators, steps, publications."""
