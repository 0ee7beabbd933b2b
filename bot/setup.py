"""Prepares a home: database, and with `--sample` the sample company with its help centre."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import Connection as Tx

from bot import company as companies
from bot import schema
from bot.errors import SetupError
from bot.settings import Settings
from bot.storage.engine import Database
from bot.storage.opening import open_database, shown
from handoff import agents, presence, rules
from retrieval import importing, reading
from retrieval.incidents import ledger

ADMIN = "Admin"
COPIED = ("company.yaml", "components.yaml", "categories.yaml")
"""What the server reads from the home; rules and incidents go into the database."""
AUTHOR = "sample"
SOURCE = "handrail-sample"
"""Where the sample articles come from, among the sources of imports."""


def data_folder() -> Path:
    """Where the sample content lies: in the checkout, or inside the installed package."""
    here = Path(__file__).resolve().parent
    for folder in (here.parent / "data", here / "_data"):
        if (folder / "company.yaml").is_file():
            return folder
    raise SetupError("The sample content is not installed. Reinstall the package `handrail`.")


def prepare(settings: Settings, *, sample: bool, say: Callable[[str], None]) -> None:
    """Make the database, and load the sample; running it again changes nothing that was edited."""
    schema.migrate(settings.database_at)
    say(f"Database ready: {shown(settings.database_at)}")
    if not sample:
        return
    folder = data_folder()
    for name in COPIED:
        if (folder / name).is_file() and not (settings.home / name).exists():
            shutil.copyfile(folder / name, settings.home / name)
    database = open_database(settings.database_at)
    try:
        _load_sample(database, settings, folder, say)
    finally:
        database.close()


def _load_sample(
    database: Database, settings: Settings, folder: Path, say: Callable[[str], None]
) -> None:
    imported = _import_articles(database, settings, folder / "articles")
    for one in imported.results:
        if one.outcome == "refused":
            say(f"Refused: {one.reason}")
    say(f"Help centre: {len(imported.results)} articles ({_counted(imported.counts)})")
    now = datetime.now(UTC)
    database.sync.write(lambda tx: _add_incidents(tx, folder / "incidents.yaml", now))
    text = (folder / "rules.yaml").read_text(encoding="utf-8")
    database.sync.write(lambda tx: _add_rules(tx, text))
    company = companies.load(settings.home)
    database.sync.write(lambda tx: _add_people(tx, company, now))
    say("Sample incidents, rules and agents are there.")


def _import_articles(database: Database, settings: Settings, folder: Path) -> importing.Report:
    """Import the sample as a source like any other: what was edited or pulled here stays so.

    The source keeps its name wherever the sample lies, so that a program that was moved or
    installed anew finds its documents again.
    """
    address = str(folder.resolve())
    what = reading.Reading("folder", address, settings.importing)
    return importing.run(
        database.sync,
        reading.read(what, lambda: False),
        source=importing.Origin(SOURCE, "folder", address),
        author=AUTHOR,
        now=lambda: datetime.now(UTC),
    )


def _add_rules(tx: Tx, text: str) -> None:
    if not rules.listing(tx):
        rules.replace(tx, rules.load(text))


def _add_people(tx: Tx, company: companies.Company, now: datetime) -> None:
    if agents.listing(tx, disabled=True):
        return
    agents.add(tx, ADMIN, "admin", company.languages, now)
    for one in company.sample_agents:
        role: agents.Role = "admin" if one.role == "admin" else "agent"
        agent = agents.add(tx, one.name, role, one.languages, now)
        presence.set_status(tx, agent.id, "online", now - timedelta(days=1))


def _add_incidents(tx: Tx, path: Path, now: datetime) -> None:
    """The sample incidents that are not there yet."""
    known = {incident.id for incident in ledger.listing(tx)}
    for raw in yaml.safe_load(path.read_text(encoding="utf-8")):
        if raw["id"] not in known:
            _add_incident(tx, raw, now)


def _add_incident(tx: Tx, raw: dict[str, Any], now: datetime) -> None:
    started = datetime.fromisoformat(raw["started_at"]) if raw["started_at"] else now
    first, *later = raw["updates"]
    ledger.create(
        tx,
        incident_id=raw["id"],
        title=raw["title"],
        components=raw["components"],
        severity=raw["severity"],
        status=first["status"],
        text=first["text"],
        workaround=raw["workaround"],
        active=raw["active"],
        started_at=started,
        now=started,
        source="sample",
    )
    for update in later:
        ledger.add_update(
            tx,
            raw["id"],
            status=update["status"],
            text=update["text"],
            now=started + timedelta(minutes=update["minutes_after_start"]),
        )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in sorted(counts.items())) or "none"
