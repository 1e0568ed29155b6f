"""What a village resolved, carried out as an item of a list in one person's name; its end goes back to `feedback`."""
