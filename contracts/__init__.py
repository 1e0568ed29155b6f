"""The facts that services tell one another, one module for each publishing service."""
