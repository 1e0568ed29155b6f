"""What a household reads of the books: its own aid, labour and loans, and nobody else's."""
