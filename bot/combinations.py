"""Which parts go together: what several processes need, and what one of them may not share."""

import sqlite3

from bot.errors import SetupError
from bot.settings import Settings

FIXED_SQLITE = (3, 51, 3)
"""First SQLite without the WAL-reset fault (sqlite.org/wal.html#walresetbug)."""


def shared(settings: Settings) -> bool:
    """Whether nothing belongs to one process alone, so that any number may serve."""
    return not missing(settings)


def missing(settings: Settings) -> list[str]:
    """What must be set before a second process may serve, each with the reason."""
    found = []
    if not settings.database.url:
        fault = ""
        if sqlite3.sqlite_version_info < FIXED_SQLITE:
            fault = (
                f"; this one ({sqlite3.sqlite_version}) can even damage the file when several "
                "processes write it"
            )
        found.append(
            "HANDRAIL_DATABASE__URL, a PostgreSQL database: a SQLite file has one writer" + fault
        )
    if not settings.live.redis_url:
        found.append(
            "HANDRAIL_LIVE__REDIS_URL, a Redis: without it a process does not hear what another "
            "one stored"
        )
    if not settings.retrieval.chroma_url:
        found.append(
            "HANDRAIL_RETRIEVAL__CHROMA_URL, a Chroma server (`chroma run`): embedded, its files "
            "belong to one process"
        )
    return found


def check(settings: Settings, workers: int) -> None:
    """Raises SetupError when so many processes would not be safe, saying what to change."""
    if workers > 1 and (lacking := missing(settings)):
        listed = "".join(f"\n  - {one}" for one in lacking)
        raise SetupError(
            f"{workers} workers need parts that processes can share. Set{listed}\n"
            "or serve with one worker. See docs/scaling.md."
        )
