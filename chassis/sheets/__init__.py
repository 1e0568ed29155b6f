"""Spreadsheets that come in: read within limits, recognised by their headings, checked cell by cell, reported on."""
