"""One Apache Kafka node (KRaft), started from Maven's artifacts."""

import base64
import hashlib
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
import uuid
from pathlib import Path
from typing import Self

from profiles.servers.processes import Process, ServerFailed, last_lines, one_at_a_time, pick_ports, program

_ROOT = Path(__file__).parents[2]
_POM = _ROOT / "deploy" / "kafka" / "pom.xml"
_LOGGING = _ROOT / "deploy" / "kafka" / "log4j2.properties"
_COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"

# The internal topics default to three replicas, with which groups never start on one node. The short session lets
# a killed broker come back in 4 s instead of 13: until it ends, the controller refuses the new one as a double.
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={logs}
num.partitions=3
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=1
log.cleaner.dedupe.buffer.size=16777216
broker.heartbeat.interval.ms=500
broker.session.timeout.ms={session_ms}
"""


def fetch_jars() -> Path:
    """The directory of the broker's jars, fetched with Maven unless it was made from this very `pom.xml`.

    It lies in the checkout's `.cache`, or where `LIANXIN_CACHE` says.
    """
    cache = Path(os.environ.get("LIANXIN_CACHE", _ROOT / ".cache")).absolute() / "kafka"
    jars, draft, stamp = cache / "lib", cache / "lib.tmp", cache / "lib.sha256"
    wanted = hashlib.sha256(_POM.read_bytes()).hexdigest()
    with one_at_a_time(cache / "lock"):
        if jars.is_dir() and stamp.exists() and stamp.read_text() == wanted:
            return jars
        maven = program("mvn", package="maven")
        shutil.rmtree(draft, ignore_errors=True)
        fetch = [maven, "-B", "-q", "-C", "-f", str(_POM), _COPY_JARS, f"-DoutputDirectory={draft}"]
        done = subprocess.run([*fetch, "-DincludeScope=runtime"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerFailed(f"Maven could not fetch Kafka's jars:\n{(done.stdout + done.stderr)[-3000:]}")
        shutil.rmtree(jars, ignore_errors=True)
        draft.rename(jars)
        stamp.write_text(wanted)
    return jars


class KafkaServer:
    """A broker whose topics, ports and log are kept in one directory.

    An object made on the directory of a running broker speaks for that broker, whichever process started it.
    `session_ms` is how long a silent broker counts as alive: short, so that tests may kill it; calmer where a busy
    machine must not lose it for a moment.
    """

    def __init__(self, directory: Path, *, heap: str = "256m", session_ms: int = 1500) -> None:
        self._directory = directory.absolute()
        self._heap = heap
        self._session_ms = session_ms
        self._state = self._directory / "state.json"
        self._log = self._directory / "kafka.log"
        self._properties = self._directory / "server.properties"

    @property
    def address(self) -> str:
        """`host:port`, the same after every restart."""
        return f"127.0.0.1:{self._kept('port')}"

    def running(self) -> bool:
        """Whether the process of this directory is there."""
        process = self._process()
        return process is not None and process.lives()

    def start(self) -> Self:
        """Start, and wait until it answers (a few seconds; the first time Maven fetches 45 MB)."""
        if self.running():
            raise ServerFailed(f"Kafka is already running in {self._directory}.")
        java = program("java", package="default-jre-headless")
        jars = fetch_jars()
        if not self._state.exists():
            self._format(java, jars=jars)
        with self._log.open("ab") as log:
            child = subprocess.Popen(
                [*self._java(java, jars=jars), "kafka.Kafka", str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                start_new_session=True,  # a signal to the caller's terminal must not reach the broker
            )
        process = Process.of(child.pid)
        child.returncode = 0  # it outlives this object: from here on it is known by its id, in every process alike
        self._keep(port=self._kept("port"), pid=process.pid, born=process.born)
        self._await_answer(process)
        return self

    def stop(self) -> None:
        """Stop in good order; nothing happens if it does not run."""
        process = self._process()
        if process is None:
            return
        process.send(signal.SIGTERM)
        if not process.await_end(seconds=20):
            self.kill()

    def kill(self) -> None:
        """Kill -9: what a crash of the process does."""
        process = self._process()
        if process is None:
            return
        process.send(signal.SIGKILL)
        if not process.await_end(seconds=10):
            raise ServerFailed(f"Kafka (process {process.pid}) does not end.")

    def pause(self) -> None:
        """Let it stand still with its connections open, as on a machine that hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it stood still."""
        self._signal(signal.SIGCONT)

    def restart(self) -> Self:
        """Stop if need be and start again, on the same port with the same topics."""
        self.stop()
        return self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def _format(self, java: str, *, jars: Path) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        port, controller_port = pick_ports(2)
        self._properties.write_text(
            _PROPERTIES.format(
                port=port,
                controller_port=controller_port,
                logs=self._directory / "topics",
                session_ms=self._session_ms,
            ),
            encoding="utf-8",
        )
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(self._properties)]
        done = subprocess.run([*self._java(java, jars=jars), *command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerFailed(f"Kafka could not format its storage:\n{(done.stdout + done.stderr)[-3000:]}")
        self._keep(port=port, pid=0, born="")

    def _java(self, java: str, *, jars: Path) -> list[str]:
        heap = [f"-Xmx{self._heap}", f"-Xms{self._heap}"]
        quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Djava.net.preferIPv4Stack=true"]
        return [java, *heap, *quick, f"-Dlog4j2.configurationFile={_LOGGING}", "-cp", f"{jars}/*"]

    def _await_answer(self, process: Process) -> None:
        end = time.monotonic() + 60
        port = int(self._kept("port"))
        while not _answers(port):
            if not process.lives():
                raise ServerFailed(f"Kafka ended while starting:\n{last_lines(self._log)}")
            if time.monotonic() > end:
                self.kill()
                raise ServerFailed(f"Kafka did not answer within 60 s:\n{last_lines(self._log)}")
            time.sleep(0.05)

    def _signal(self, number: signal.Signals) -> None:
        process = self._process()
        if process is None or not process.lives():
            raise ServerFailed(f"No Kafka runs in {self._directory}.")
        process.send(number)

    def _process(self) -> Process | None:
        if not self._state.exists() or not int(self._kept("pid")):
            return None
        return Process(int(self._kept("pid")), self._kept("born"))

    def _kept(self, name: str) -> str:
        if not self._state.exists():
            raise ServerFailed(f"No Kafka was ever started in {self._directory}.")
        return str(json.loads(self._state.read_text(encoding="utf-8"))[name])

    def _keep(self, *, port: int | str, pid: int, born: str) -> None:
        draft = self._state.with_suffix(".tmp")
        draft.write_text(json.dumps({"port": port, "pid": pid, "born": born}), encoding="utf-8")
        draft.replace(self._state)


def _answers(port: int) -> bool:
    """Whether a broker answers an ApiVersions request; a connection alone proves nothing."""
    request = struct.pack(">hhih", 18, 0, 7, 5) + b"probe"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            return len(connection.recv(8)) > 0
    except OSError:
        return False
