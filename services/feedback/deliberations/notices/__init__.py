"""The two publications of a matter, and what villagers have against them."""
