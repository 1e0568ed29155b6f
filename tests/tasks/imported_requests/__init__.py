"""Requests from spreadsheets."""
