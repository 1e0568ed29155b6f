"""Uploads: files that come in pieces over a weak network, and go on where they broke off (tus 1.0.0)."""
