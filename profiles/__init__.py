"""The composition root: the only package that may import everything; reads as the deployment diagram."""
