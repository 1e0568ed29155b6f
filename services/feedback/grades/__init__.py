"""等次: what the year came to for a unit, a secretary or a member; justified, capped, confirmed by two."""
