"""A generated district: Wuling's real places, with organisations and persons that are made up and marked as such."""
