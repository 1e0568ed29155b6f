"""The carrier of texts that stands in for a real one."""
