"""The migrations of feedback, in their order; each stays as it was once released."""
