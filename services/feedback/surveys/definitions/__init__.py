"""Definitions: what is asked about whom, where and when; frozen when it is announced."""
