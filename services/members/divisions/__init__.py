"""Administrative divisions: the district, its townships and streets, their villages and communities."""
