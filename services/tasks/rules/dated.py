"""Dated rows, as the chassis has them for every service."""

from chassis.dated import Confidence, Dated, Text, in_turn

__all__ = ["Confidence", "Dated", "Text", "in_turn"]
