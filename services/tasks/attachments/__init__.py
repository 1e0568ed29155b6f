"""Attachments: pictures and papers that prove something."""
