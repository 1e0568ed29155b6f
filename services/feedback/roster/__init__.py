"""What feedback knows of members: areas, organisations and who holds which post, fed by facts alone."""
