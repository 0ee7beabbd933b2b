"""Vectors of texts that were embedded once, kept by content: no text is ever embedded twice."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

_MANY = 500
"""Hashes per query; SQLite takes 32,766 at most, and the statement is compiled each time."""


def hash_of(text: str) -> bytes:
    """Return what stands for a text: equal texts have equal vectors."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class Remembered:
    """One file per model. A build writes as it goes, so a killed one has lost nothing.

    It is a cache: when the file is damaged it is made anew, and the texts are embedded again.
    Several processes may use it at once.
    """

    def __init__(self, folder: Path, identity: str, dimension: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        model = hashlib.sha256(identity.encode()).hexdigest()[:12]
        self._file = folder / f"vectors-{model}.db"
        self._dimension = dimension
        self._lock = threading.Lock()
        try:
            self._connection = self._opened()
        except sqlite3.OperationalError:
            raise  # busy, or no room: nothing is wrong with what is there
        except sqlite3.DatabaseError:
            self._remove()
            self._connection = self._opened()

    def find(self, hashes: Sequence[bytes]) -> dict[bytes, Vector]:
        """Return the vectors that are known, by hash."""
        found: dict[bytes, Vector] = {}
        with self._lock:
            for start in range(0, len(hashes), _MANY):
                some = hashes[start : start + _MANY]
                marks = ",".join("?" * len(some))
                query = f"SELECT hash, vector FROM vectors WHERE hash IN ({marks})"  # noqa: S608 - only marks
                for key, blob in self._connection.execute(query, some):
                    row = np.frombuffer(blob, np.float32)
                    if len(row) == self._dimension:
                        found[key] = row
        return found

    def keep(self, vectors: Mapping[bytes, Vector]) -> None:
        """Remember vectors; they are on disk when this returns."""
        rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        with self._lock, self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def forget_others(self, wanted: Iterable[bytes]) -> int:
        """Drop every vector that is not wanted; returns how many went."""
        with self._lock, self._connection:
            run = self._connection.execute
            run("CREATE TEMP TABLE IF NOT EXISTS wanted (hash BLOB PRIMARY KEY) WITHOUT ROWID")
            run("DELETE FROM wanted")
            self._connection.executemany(
                "INSERT OR IGNORE INTO wanted VALUES (?)", ((key,) for key in wanted)
            )
            gone = run("DELETE FROM vectors WHERE hash NOT IN (SELECT hash FROM wanted)").rowcount
            run("DELETE FROM wanted")
        return gone

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        made = sqlite3.connect(self._file, timeout=30, check_same_thread=False)
        try:
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("PRAGMA synchronous=NORMAL")
            made.execute(
                "CREATE TABLE IF NOT EXISTS vectors "
                "(hash BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
            )
            made.execute("SELECT hash FROM vectors LIMIT 1").fetchone()
        except sqlite3.DatabaseError:
            made.close()
            raise
        return made

    def _remove(self) -> None:
        for name in (self._file.name, f"{self._file.name}-wal", f"{self._file.name}-shm"):
            (self._file.parent / name).unlink(missing_ok=True)
