"""Live: that a case has moved, told within a second to those who may see it."""
