"""Exports of lists: a desk's list as a spreadsheet, written beside the service's work and gone after a day."""
