"""Real servers on a bare machine: one Apache Kafka node and a private PostgreSQL cluster.

For the tests, the benches and `make cluster`; a deployment brings its own. Each server keeps everything it has in
one directory, and its ports from one start to the next.
"""

from profiles.servers.kafka import KafkaServer
from profiles.servers.postgres import PostgresServer, create_database, drop_database
from profiles.servers.processes import ServerFailed

__all__ = ["KafkaServer", "PostgresServer", "ServerFailed", "create_database", "drop_database"]
