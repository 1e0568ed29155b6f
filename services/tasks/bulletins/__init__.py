"""Bulletins: what the rows say of the units below an organisation over a span of days, published to everybody."""
