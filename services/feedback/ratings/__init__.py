"""Asking the person served, and nobody else, for a grade of each round: the real-name track."""
