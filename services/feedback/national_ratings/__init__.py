"""National ratings: real-name grades of public services, sent to the province's platform as they were given."""
