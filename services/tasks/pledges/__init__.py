"""Public pledges: what a person in office or an organisation promises the public, and whether it was kept."""
