"""People who stand in no register."""
