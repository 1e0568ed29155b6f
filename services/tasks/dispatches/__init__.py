"""Dispatches: who was given a request, when, and what came back as wrong."""
