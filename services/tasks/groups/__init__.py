"""Groups: a working group with its leader and members by post, who answer for a matter in an area."""
