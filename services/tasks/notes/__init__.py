"""Notes: what an agent wrote down for a villager who has given no leave yet; no case until they do."""
