"""`lianxin doctor`: what is missing or wrong on this machine or in these settings, in words, and how to mend it."""
