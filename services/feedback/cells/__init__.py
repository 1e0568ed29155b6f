"""Cells: unit × items × period, the smallest thing that an anonymous ballot speaks about; cut before anybody votes."""
