"""What a unit puts right after a cell of anonymous ballots closed below the line; the next cell verifies it."""
