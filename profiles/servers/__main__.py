"""Fetch what the servers need, ahead of the first start: `python -m profiles.servers`."""

from profiles.servers.kafka import fetch_jars

if __name__ == "__main__":
    fetch_jars()
