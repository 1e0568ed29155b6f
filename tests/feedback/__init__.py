"""Tests of the service `feedback`."""
