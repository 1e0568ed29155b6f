"""What every service is mounted on: one transaction, facts out and in, timers, problems, identity."""
