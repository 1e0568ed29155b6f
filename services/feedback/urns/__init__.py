"""Urns: what people said of one thing without their names, as numbers alone, from the first of them on."""
