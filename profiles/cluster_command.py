"""`lianxin cluster`: the cluster profile on this machine, until somebody says stop."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from profiles.options import Port

Directory = Annotated[Path, typer.Option("--directory", envvar="LIANXIN_CLUSTER", help="存放数据、密钥和日志的目录")]
Kafka = Annotated[str | None, typer.Option(envvar="LIANXIN_KAFKA_ADDRESS", help="用这个 Kafka（host:port），不另启动")]
Postgres = Annotated[
    str | None, typer.Option(envvar="LIANXIN_POSTGRES_ADDRESS", help="用这个 PostgreSQL（库的地址），不另启动")
]
LOOKING = 1.0  # seconds between two looks at whether all processes live


def run_cluster(
    directory: Directory = Path("var/cluster"), kafka: Kafka = None, postgres: Postgres = None, port: Port = 8000
) -> None:
    """Three services and the gateway, a process each, on a real Kafka and PostgreSQL. 在本机按集群方式运行。"""
    from profiles.cluster_up import GATEWAY, Cluster  # drivers and servers that no other command needs
    from profiles.services import NAMES

    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    cluster = Cluster(directory, kafka=kafka, postgres=postgres, port=port)
    try:
        typer.echo("正在启动 Kafka、PostgreSQL 和各服务……", err=True)
        cluster.start()
        typer.echo(f"入口　　　　{cluster.address}\nKafka　　　 {cluster.kafka}")
        for name in NAMES:
            typer.echo(f"{name:<12}{cluster.process(name).address}")
        typer.echo(f"日志和密钥在 {directory}。按 Ctrl-C 停止。")
        while not stop.wait(LOOKING):
            ended = [name for name in (*NAMES, GATEWAY) if not cluster.process(name).lives()]
            if ended:
                typer.echo(f"{'、'.join(ended)} 意外结束，请看 {directory} 中的日志；全部停止。", err=True)
                raise typer.Exit(1)
    finally:
        cluster.stop()
