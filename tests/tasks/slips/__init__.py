"""Judging by a slip of paper."""
