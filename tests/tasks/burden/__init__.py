"""Tests of the burden meter."""
