"""Erasures: what is taken away of a person at their own request, and what a law has us keep."""
