"""What `feedback` knows of mandates: who acts for whom, and so grades nothing in their place."""
