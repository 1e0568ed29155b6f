"""A villager's leave for an agent."""
