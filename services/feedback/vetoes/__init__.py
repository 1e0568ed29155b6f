"""一票否决: what two persons found of a unit, which caps its grade of that year."""
