"""Text messages: a code, a short number and whom to call back, and nothing else."""
