"""Phone screens: what one screen needs of several services, in one answer small enough for a village's network."""
