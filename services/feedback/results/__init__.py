"""What is published of cells: closed once, too small ones gone up, nothing that a difference would tell."""
