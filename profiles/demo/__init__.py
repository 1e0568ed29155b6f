"""The demonstration: a generated district, and a month of cases played through the real HTTP API."""
