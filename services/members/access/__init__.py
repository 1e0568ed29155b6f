"""Access: whether a person may sign in, taken back and given again by the operator of the county."""
