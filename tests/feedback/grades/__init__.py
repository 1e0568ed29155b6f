"""Reviews, grades, vetoes, and appeals against results."""
