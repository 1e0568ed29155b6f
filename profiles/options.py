"""Options that several commands share, and how a command runs its asynchronous part."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

Result = TypeVar("Result")

Home = Annotated[Path, typer.Option("--home", envvar="LIANXIN_HOME", help="单机方式存放数据的目录")]
Host = Annotated[str, typer.Option(envvar="LIANXIN_HOST", help="监听地址")]
Port = Annotated[int, typer.Option(envvar="LIANXIN_PORT", help="监听端口，0 表示任取")]
HOME = Path("var")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end on uvloop."""
    import uvloop  # not needed by the commands that only read files

    return uvloop.run(work)
