"""The figures of pairing and aid, as dated data that an operator replaces."""
