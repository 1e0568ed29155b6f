"""The ballot box: anonymous ballots about a cell, single by a credential that nobody can connect with a person."""
