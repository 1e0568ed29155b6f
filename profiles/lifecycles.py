"""The life cycles as a document, from the tables that the code obeys: `python -m profiles.lifecycles` writes it."""

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import services
from chassis.lifecycle import Lifecycle

DOCUMENT = Path(__file__).parents[1] / "docs" / "lifecycles.md"

_HEAD = """\
# Life cycles

Written by `python -m profiles.lifecycles` from the tables in the models; a test compares. A move that is not in a table
is refused with `not-allowed-now`, whoever asks. Who may make a move is said by each slice's `policy.py`, and what else
has to be so by the model's own method.
"""


def lifecycles() -> dict[str, Lifecycle[Any]]:  # each has stages of its own
    """Every table of moves in a slice's model, by the module's name without `services` and `model`."""
    found = {}
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if module.name.endswith(".model"):
            table = getattr(import_module(module.name), "LIFECYCLE", None)
            if isinstance(table, Lifecycle):
                found[module.name.removeprefix("services.").removesuffix(".model")] = table
    return found


def document() -> str:
    """All of them, with what each module says of itself."""
    parts = [_HEAD]
    for name, table in sorted(lifecycles().items()):
        said = (import_module(f"services.{name}.model").__doc__ or "").strip().partition("\n")[0]
        parts.append(f"\n## `{name}`\n\n{said}\n\n{table.markdown()}\n")
    return "".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
