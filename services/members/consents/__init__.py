"""Consents: a person says yes by a code that only they are told."""
