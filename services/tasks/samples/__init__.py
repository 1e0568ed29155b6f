"""Random samples: two officers commit, the list and the commitments are published, both reveal, anybody recomputes."""
