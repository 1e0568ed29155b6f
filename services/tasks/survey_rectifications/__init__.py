"""What an organisation puts right after a mass survey was published below the line; the next survey verifies it."""
