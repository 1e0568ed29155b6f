"""Reports of a month, quarter, half-year and year: made of figures, frozen, issued anew only by two persons."""
