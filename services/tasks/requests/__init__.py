"""Requests: what citizens ask for, from arrival to the answer «was it solved?»."""
