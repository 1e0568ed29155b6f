"""Erasures: the words and files of somebody who had themselves erased."""
