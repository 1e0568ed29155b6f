"""Imported requests: what another system hands over as a spreadsheet becomes cases, each row once."""
