"""The roll: who is a member, of which organisation, at which stage."""
