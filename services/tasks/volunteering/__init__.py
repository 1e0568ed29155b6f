"""Volunteers and their services: who registered, what is announced, who signed up, and that it was done."""
