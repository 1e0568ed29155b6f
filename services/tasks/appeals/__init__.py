"""Appeals: the person served asks somebody above, who had no part in it, to look at the outcome again."""
