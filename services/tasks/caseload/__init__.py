"""The caseload: what an agent has in hand, by limit, whom to call, and for whom they act."""
