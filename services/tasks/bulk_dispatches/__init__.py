"""Dispatching many cases anew at once: tried beforehand, then done as it was shown, one by one."""
