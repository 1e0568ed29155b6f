"""Call-backs: somebody who had no part in a case asks the person served, who judges in their own words."""
