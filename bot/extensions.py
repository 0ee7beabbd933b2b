"""A name in a setting → the module that does it: ours, or an installed package's entry point."""

import importlib
from importlib.metadata import entry_points
from typing import Any

from bot.errors import SetupError

_OURS = {
    "answerers": "bot.answering.answerers",
    "channels": "bot.channels",
    "sources": "retrieval.incidents.sources",
}


def installed(kind: str) -> tuple[str, ...]:
    """Names of this kind that other installed packages bring."""
    return tuple(sorted(entry.name for entry in entry_points(group=f"handrail.{kind}")))


def find(kind: str, name: str) -> Any:
    """The module of this kind and name; it has a `build`. Raises SetupError."""
    module = f"{_OURS[kind]}.{name}"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
    for entry in entry_points(group=f"handrail.{kind}"):
        if entry.name == name:
            return entry.load()
    raise SetupError(f"There is no {kind.removesuffix('s')} named {name!r}.")
