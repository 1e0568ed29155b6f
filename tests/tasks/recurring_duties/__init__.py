"""Tests of recurring duties."""
