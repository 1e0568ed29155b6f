"""The burden meter: what the work asks of people, by role and month, and where each field that is asked comes from."""
