"""Spreadsheets of the ledger: taken in after a dry run, and given out."""
