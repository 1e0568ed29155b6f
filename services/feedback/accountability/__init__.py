"""问责与表彰: proposed with grounds, heard, decided by those above, open to appeal, and over after a time."""
