"""Slips: a villager without a phone judges by a one-time code on paper, which the handler never hands out."""
