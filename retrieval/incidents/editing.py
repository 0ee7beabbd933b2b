"""What admins add to an incident, wherever it came from, and what stays a status page's own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from retrieval.errors import NotEditable, UnknownIncident
from retrieval.incidents import ledger
from retrieval.incidents.incident import SEVERITIES, Incident, Texts
from retrieval.incidents.notes import correct, same_words
from retrieval.tables import incident_updates as updates
from retrieval.tables import incidents

FIELDS = (
    "title", "components", "severity", "workaround", "expected_at", "next_update_at",
    "cadence_minutes",
)  # fmt: skip
_OF_THE_PAGE = ("components", "severity")


def edit(tx: Connection, incident_id: str, changes: Mapping[str, Any]) -> Incident:
    """Return the incident with these of `FIELDS` changed; the rest stays.

    What is set on an incident of a status page stays set, whatever the page says later. A title
    keeps following the page in the page's own language unless that text was changed.
    """
    for name in changes:
        ledger.check(name, FIELDS, "field")
    if "severity" in changes:
        ledger.check(changes["severity"], SEVERITIES, "severity")
    before = ledger.get(tx, incident_id)
    values = dict(changes)
    if before.language is not None:
        values["kept"] = _kept(tx, before, changes)
    if values:
        ledger.change(tx, incident_id, values)
    return ledger.get(tx, incident_id)


def write_texts(
    tx: Connection, incident_id: str, update_id: str, texts: Texts, now: datetime
) -> Incident:
    """Return the incident with a public note's text set in these languages.

    A language that the note lacked is a translation, and nobody is told again. One that says
    something else than before is a correction: who was told the newest note is told it anew.
    NotEditable for the page's own words, UnknownIncident if there is no such note.
    """
    incident = ledger.get(tx, incident_id)
    query = select(updates).where(updates.c.id == update_id, updates.c.incident_id == incident_id)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise UnknownIncident(f"{incident_id}, update {update_id}")
    own = row["external_id"] is not None and row["text"].get(incident.language)
    if own and not same_words(own, texts.get(str(incident.language), own)):
        raise NotEditable(
            f"The text in {incident.language!r} comes from the status page {incident.source!r}. "
            "Change it there, or add an update of your own."
        )
    merged = row["text"] | texts
    changed = [one for one in texts if not same_words(row["text"].get(one, texts[one]), texts[one])]
    if changed:
        newest = incident.updates[-1].id == update_id
        correct(tx, row, merged, now, told_again=newest)
    else:
        tx.execute(update(updates).where(updates.c.id == update_id).values(text=merged))
    return ledger.get(tx, incident_id)


def _kept(tx: Connection, before: Incident, changes: Mapping[str, Any]) -> list[str]:
    query = select(incidents.c.kept).where(incidents.c.id == before.id)
    kept = set(tx.execute(query).scalar_one())
    kept |= {name for name in _OF_THE_PAGE if name in changes}
    title = changes.get("title")
    if title is not None and title.get(before.language) != before.title.get(str(before.language)):
        kept.add("title")
    return sorted(kept)
