"""Public figures: how each unit keeps what was promised, for everybody, without signing in."""
