"""Signing in by the county's own identity provider (OpenID Connect), and whose account there is whose here."""
