"""A backup of a home in one file, made beside a running server, and the way back from it."""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.engine import Connection as Tx

from bot import audit, schema
from bot.conversation import log
from bot.conversation.tables import log_identity
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import Settings
from bot.web.tables import socket_tickets, staff_sessions
from handoff.tables import sign_in_links
from retrieval.tables import generations

DATABASE = "handrail.db"
MANIFEST = "backup.json"
FORMAT = 1
PAGES = 2_000
"""Pages of the database that are copied before other work may go on: about 8 MB."""
_ON_SERVER = "The database is PostgreSQL, whose own tools copy it. {what} See docs/operations.md."


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file holds."""

    path: Path
    made_at: str
    schema: str
    log: str
    """The identity of the log that was copied."""
    events: int
    size: int
    """Bytes of the file."""


def make(settings: Settings, target: Path, *, now: datetime) -> Backup:
    """Copy database and company files of a home, also while it is served, into one new file.

    A folder gets a file named by the date. The copy is one moment of the database. Index and model
    are left out: both are made again from what is in it. Raises SetupError, and leaves no file
    that is not whole.
    """
    if settings.database.url:
        raise SetupError(_ON_SERVER.format(what="Use pg_dump."))
    schema.check(settings.database_path)
    path = target / f"handrail-{now:%Y%m%d-%H%M%S}.tar.gz" if target.is_dir() else target
    if path.exists():
        raise SetupError(f"There is a file at {path} already. Name another one.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".handrail-backup-") as folder:
            return _make(settings, path, Path(folder), now)
    except (OSError, sqlite3.Error) as error:
        raise SetupError(f"No backup was made at {path}: {error}.") from error


def _make(settings: Settings, path: Path, folder: Path, now: datetime) -> Backup:
    copy = folder / DATABASE
    _copy_database(settings.database_path, copy)
    found = _facts(copy)
    files = {DATABASE: copy} | {one.name: one for one in company_files(settings.home)}
    manifest = {
        "format": FORMAT,
        "made_at": now.isoformat(timespec="seconds"),
        "handrail": version("handrail"),
        **found,
        "files": {name: _digest(one) for name, one in files.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    packed = folder / "packed"
    with packed.open("wb") as raw:
        with (
            gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as stream,
            tarfile.open(fileobj=stream, mode="w") as archive,
        ):
            for name, one in ({MANIFEST: folder / MANIFEST} | files).items():
                archive.add(one, name, recursive=False)
        raw.flush()
        os.fsync(raw.fileno())
    packed.chmod(0o600)  # it holds what customers wrote
    os.link(packed, path)  # unlike a rename it never replaces a file that came meanwhile
    _sync_folder(path.parent)
    return Backup(path, str(manifest["made_at"]), size=path.stat().st_size, **found)


def restore(settings: Settings, source: Path, *, force: bool, now: datetime) -> tuple[Backup, Path]:
    """Make the home what the backup holds, with a new log identity; gives where the old one is.

    Clients see the new identity and begin anew instead of adding to what they know. Everybody of
    the staff signs in again: what was closed since the backup must not be open again. The server
    must not run. What was in the home is moved aside, never deleted. Raises SetupError, and leaves
    the home as it was unless the backup is whole.
    """
    if settings.database.url:
        raise SetupError(
            _ON_SERVER.format(what="Use pg_restore, then `handrail migrate --new-log`.")
        )
    home = settings.home
    taken = [settings.database_path, *company_files(home)]
    taken = [one for one in taken if one.exists()]
    if taken and not force:
        raise SetupError(
            f"{home} is in use: it has {', '.join(one.name for one in taken)}. Name an empty home, "
            "or say --force: what is there is then moved aside."
        )
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".handrail-restore-") as folder:
        unpacked = Path(folder)
        backup = _unpack(source, unpacked)
        schema.migrate(unpacked / DATABASE)
        with opened(settings.model_copy(update={"home": unpacked})) as database:
            database.sync.write(lambda tx: _begin_anew(tx, now))
            database.sync.write(_forget_index)
        _settle(unpacked / DATABASE)
        aside = _move_aside(settings, now)
        for one in sorted(unpacked.iterdir(), key=lambda one: one.name == DATABASE):
            if one.name != MANIFEST:  # the database comes last: with it the home is in use
                one.rename(home / one.name)
        _sync_folder(home)
    return backup, aside


def new_log(settings: Settings, *, now: datetime) -> str:
    """Give the log another identity, after a database server was restored; gives the new one."""
    with opened(settings) as database:
        database.sync.write(lambda tx: _begin_anew(tx, now))
        return database.sync.read(log.identity)


def company_files(home: Path) -> list[Path]:
    """The files of a home that people wrote: company, components, categories."""
    found = home.glob("*.yaml")
    return sorted(one for one in found if one.is_file() and not one.is_symlink())


def _begin_anew(tx: Tx, now: datetime) -> None:
    tx.execute(delete(log_identity))
    log.make_identity(tx, now=now)
    for table in (staff_sessions, socket_tickets, sign_in_links):
        tx.execute(delete(table))
    audit.by_command(tx, "backup.restored")


def _forget_index(tx: Tx) -> None:
    """No generation has its files any more: the next build is a whole one."""
    gone = generations.c.state.in_(("live", "retired", "ready", "building"))
    said = "Its files are in no backup. Build the index anew."
    tx.execute(update(generations).where(gone).values(state="failed", error=said))


def _copy_database(source: Path, copy: Path) -> None:
    with closing(_read_only(source)) as live, closing(sqlite3.connect(copy)) as made:
        live.execute("BEGIN")  # a moment is held, or writes that come meanwhile would start it over
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        live.backup(made, pages=PAGES)
        wrong = made.execute("PRAGMA quick_check(1)").fetchone()[0]
    if wrong != "ok":
        raise SetupError(
            f"The database {source} is damaged ({wrong}), so a copy of it is no backup. Keep the "
            "backups you have and see docs/operations.md."
        )


def _read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.isolation_level = None
    return connection


def _facts(path: Path) -> dict[str, Any]:
    with closing(_read_only(path)) as found:
        return {
            "schema": found.execute("SELECT version_num FROM alembic_version").fetchone()[0],
            "log": found.execute("SELECT id FROM log_identity").fetchone()[0],
            "events": found.execute("SELECT count(*) FROM events").fetchone()[0],
        }


def _unpack(source: Path, folder: Path) -> Backup:
    """Write the files of the backup into the folder, each checked; raises SetupError."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            manifest = json.loads(_member(archive, MANIFEST).read())
            if manifest["format"] != FORMAT:
                raise SetupError(
                    f"{source} was made by another version of Handrail ({manifest['handrail']}): "
                    "restore it with that one."
                )
            for name, digest in manifest["files"].items():
                _take(archive, name, digest, folder)
            facts = {name: manifest[name] for name in ("made_at", "schema", "log", "events")}
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise SetupError(
            f"{source} is no whole backup ({type(error).__name__}: {error}). Nothing was changed; "
            "take another backup."
        ) from error
    if facts["schema"] > schema.newest():
        raise SetupError(
            f"{source} has a database of version {facts['schema']}, this program knows "
            f"{schema.newest()} at most. Update Handrail first."
        )
    return Backup(source, size=source.stat().st_size, **facts)


def _take(archive: tarfile.TarFile, name: str, digest: str, folder: Path) -> None:
    if name != DATABASE and not (name.endswith(".yaml") and Path(name).name == name):
        raise ValueError(f"it holds {name!r}, which no backup has")
    path = folder / name
    with path.open("wb") as written:
        shutil.copyfileobj(_member(archive, name), written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())
    if _digest(path) != digest:
        raise ValueError(f"{name} is not what it was when it was copied")


def _member(archive: tarfile.TarFile, name: str) -> Any:
    found = archive.extractfile(name)
    if found is None:
        raise ValueError(f"{name} is no file")
    return found


def _settle(path: Path) -> None:
    """Bring what was written into the one file, so that it can be moved alone."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode=DELETE")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _move_aside(settings: Settings, now: datetime) -> Path:
    """Move what a restore replaces into a folder of its own, with the generations of its index.

    Vectors that were computed stay: they are kept by the content of their texts.
    """
    home = settings.home
    aside = home / f"before-restore-{now:%Y%m%d-%H%M%S}"
    beside = [home / f"{DATABASE}{end}" for end in ("-wal", "-shm")]
    built = [one for one in home.glob("index/*") if one.is_dir()]
    for one in (settings.database_path, *beside, *company_files(home), *built):
        if one.exists():
            there = aside / one.relative_to(home)
            there.parent.mkdir(parents=True, exist_ok=True)
            one.rename(there)
    return aside


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(path: Path) -> None:
    opened_at = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened_at)
    finally:
        os.close(opened_at)
