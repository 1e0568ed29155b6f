"""Tests of resolutions that are carried out as items of a list."""
