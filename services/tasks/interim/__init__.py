"""Interim replies: a word to whoever asked while their case is still being worked on, and when one is due."""
