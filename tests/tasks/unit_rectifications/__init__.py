"""What a unit puts right after a cell of ballots."""
