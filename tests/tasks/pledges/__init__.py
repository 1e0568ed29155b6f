"""Tests of pledges, post duties, model posts, volunteers and opinions."""
