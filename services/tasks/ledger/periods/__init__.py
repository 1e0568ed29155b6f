"""Months of a book: closed in turn with a statement, and the recount of the whole book."""
