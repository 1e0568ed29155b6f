"""Stand-ins for other people's servers: for the tests, and for trying the clients without an account there."""
