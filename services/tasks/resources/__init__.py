"""Resources follow tasks: what goes down without a line of the duty list or of the budget is flagged, never blocked."""
