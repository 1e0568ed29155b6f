"""Model posts and counters: distinctions of posts and service counters, given by two persons, dated, revocable."""
