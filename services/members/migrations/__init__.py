"""The migrations of members, in their order; each stays as it was once released."""
