"""Hotline duty."""
