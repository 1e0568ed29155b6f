"""Four deliberations, two publications: what a village decides, step by step, and what becomes of it in public."""
