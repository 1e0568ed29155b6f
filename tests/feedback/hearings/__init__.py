"""Tests of hearings: who takes part, what is asked, and a decision that responds to each question."""
