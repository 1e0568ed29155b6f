"""Post duties: a post with duties that an organisation sets up, and that its members claim for a time."""
