"""Appeals against an outcome."""
