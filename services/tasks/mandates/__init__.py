"""Mandates: a villager's leave for an agent to act for them."""
