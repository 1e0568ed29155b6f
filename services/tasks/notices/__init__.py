"""Notices: what is to be told to whom, shown in the app."""
