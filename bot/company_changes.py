"""The company is described in files edited by hand: a start of the server notes what changed."""

import hashlib
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection as Tx

from bot import audit
from bot.storage import choices
from bot.storage.choices import Choice

_NAME = "company_files"
_SHOWN = 16
"""Digits of a file's SHA-256 that stand in the trail: enough to find it in a backup."""


def note(tx: Tx, home: Path, now: datetime) -> None:
    """Note in the audit trail what differs from the last start; the first one notes nothing."""
    found = _files(home)
    known = choices.get(tx, _NAME)
    if known is not None and known.value == found:
        return
    choices.put(tx, _NAME, Choice(found, audit.SERVER.name, now))
    if known is not None:
        before, after = audit.changed(known.value, found)
        files = ", ".join(sorted({*before, *after}))
        audit.record(
            tx, audit.SERVER, "company.changed", files, now=now, before=before, after=after
        )


def _files(home: Path) -> dict[str, str]:
    return {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest()[:_SHOWN]
        for one in sorted(home.glob("*.yaml"))
        if one.is_file()
    }
