"""Sessions: a person signed in on a device, from sign-in to sign-out, and the tokens that go with it."""
