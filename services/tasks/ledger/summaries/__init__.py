"""What a division, a household, a source got in all, over every book within."""
