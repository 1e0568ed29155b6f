"""The services; none imports another: they share only contracts and the chassis."""
