"""Tests of mass surveys."""
