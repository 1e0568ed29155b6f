"""Letters: the items of one person as a signed letter of responsibility, version after version."""
