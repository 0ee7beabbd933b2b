"""What people write to any bot, whatever it is for: outside wherever no intent is about it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from handoff.scope.wording import as_read


@cache
def chatter() -> tuple[str, ...]:
    """The lines of all languages, as `as_read` returns them."""
    read = yaml.load(Path(__file__).with_suffix(".yaml").read_text("utf-8"), yaml.CSafeLoader)
    return tuple(dict.fromkeys(as_read(str(line)) for lines in read.values() for line in lines))
