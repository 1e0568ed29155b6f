"""Who may say what they think of a unit without a name: entitlement, and the blind signing of credentials."""
