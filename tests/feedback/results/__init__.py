"""Tests of what is published of cells."""
