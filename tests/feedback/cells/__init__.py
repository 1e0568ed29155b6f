"""Tests of cells: how they are cut, opened and closed."""
