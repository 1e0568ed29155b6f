"""What feedback knows of each case, fed by the facts of tasks alone, and by the ratings given here."""
