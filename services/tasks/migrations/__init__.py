"""The migrations of tasks, in their order; each stays as it was once released."""
