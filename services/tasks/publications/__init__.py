"""Publications: what of a case the public may see, and who looked it over before."""
