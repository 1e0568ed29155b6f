"""Petitions: an accepted matter that belongs to the lawful petition channel, handed over whole, against a receipt."""
