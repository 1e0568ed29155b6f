"""Acceptances: a request is signed for without a date, and whoever asked is contacted first."""
