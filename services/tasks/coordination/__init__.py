"""Coordination meetings (推进例会): open problems on the agenda, and decisions that become somebody's work."""
