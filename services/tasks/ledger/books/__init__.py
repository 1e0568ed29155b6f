"""Books: one for each division, kept by its township, with accounts whose balances are the sum of their postings."""
