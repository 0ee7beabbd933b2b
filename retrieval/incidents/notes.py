"""The notes of a status page: each stored once, and a changed one kept as a correction."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.engine import Connection

from retrieval.incidents import ledger
from retrieval.incidents.picture import FeedUpdate
from retrieval.tables import incident_updates as updates

BY_WORDS = "words:"
"""Begins our id of a note to which the page gives none."""
_LONGEST_ID = 200
_LOOSE = re.compile(r"[.,;:!?…。、]+(?=\s|$)|[…。、]+")
"""Marks that end words; those between figures may change what is said."""


def take_notes(
    tx: Connection, incident_id: str, language: str, told: Sequence[FeedUpdate], now: datetime
) -> set[str]:
    """Store what is new among these notes; return the statuses of the new ones."""
    known = _known(tx, incident_id)
    added: set[str] = set()
    latest_first = sorted(told, key=lambda one: _past(one.at, now))
    for one in latest_first:
        external_id = _id(one)
        row = known.get(external_id)
        if row is not None:
            if row["seen"] and one.external_id is not None:
                newest = all(row["at"] >= other["at"] for other in known.values())
                _correct(tx, row, one, language, now, told_again=newest)
        elif one.external_id is not None or _is_news(known, one, now):
            ledger.note(
                tx, incident_id, status=one.status, text={language: one.text} if one.text else {},
                at=_past(one.at, now), now=now, external_id=external_id, seen=[_mark(one.text)],
                edited_at=one.edited_at,
            )  # fmt: skip
            added.add(one.status)
            known = _known(tx, incident_id)
    return added


def correct(
    tx: Connection,
    note: RowMapping,
    text: dict[str, str],
    now: datetime,
    *,
    told_again: bool,
    **columns: Any,
) -> None:
    """Replace a note's text and keep the old one.

    With `told_again` whoever was told the old one is told the new one, once.
    """
    history = [*note["history"], {"text": note["text"], "until": now.isoformat()}]
    values = {"text": text, "history": history, "corrected_at": now} | columns
    if told_again:
        stored_at = ledger.stamp(tx, note["incident_id"], now)
        values |= {"stored_at": stored_at, "corrections": note["corrections"] + 1}
    tx.execute(update(updates).where(updates.c.id == note["id"]).values(**values))


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in spaces, marks and capitals at most."""
    return _mark(one) == _mark(other)


def _correct(
    tx: Connection,
    row: RowMapping,
    one: FeedUpdate,
    language: str,
    now: datetime,
    *,
    told_again: bool,
) -> None:
    """Take over a note that the page has edited.

    A text that it had before is an old copy from a cache, unless the page dates the edit later.
    Other languages were translations of the old text: they go with it, into the history.
    """
    mark = _mark(one.text)
    if mark == row["seen"][-1]:
        return
    later = one.edited_at is not None and (
        row["edited_at"] is None or one.edited_at > row["edited_at"]
    )
    if mark in row["seen"] and not later:
        return
    seen = [*(old for old in row["seen"] if old != mark), mark]
    text = {language: one.text} if one.text else {}
    correct(tx, row, text, now, told_again=told_again, seen=seen, edited_at=one.edited_at)


def _is_news(known: dict[str, RowMapping], one: FeedUpdate, now: datetime) -> bool:
    """Whether a note without an id says something else than the last one, and later."""
    ours = [row for name, row in known.items() if name.startswith(BY_WORDS)]
    last = max(ours, key=lambda row: row["at"], default=None)
    if last is None:
        return True
    same = last["status"] == one.status and last["seen"][-1:] == [_mark(one.text)]
    return not same and _past(one.at, now) > last["at"]


def _known(tx: Connection, incident_id: str) -> dict[str, RowMapping]:
    query = select(updates).where(
        updates.c.incident_id == incident_id,
        updates.c.external_id.is_not(None),
        updates.c.external_id != "",
    )
    return {row["external_id"]: row for row in tx.execute(query).mappings()}


def _id(one: FeedUpdate) -> str:
    if one.external_id is not None:
        return one.external_id[-_LONGEST_ID:]
    at = one.at.isoformat() if one.at is not None else ""
    told = f"{at}\n{one.status}\n{_mark(one.text)}"
    return BY_WORDS + hashlib.sha256(told.encode()).hexdigest()[:32]


def _mark(text: str) -> str:
    """A hash of the words and figures: a comma or a capital that was added is no correction."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = _LOOSE.sub(" ", plain).split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def _past(at: datetime | None, now: datetime) -> datetime:
    return now if at is None else min(at, now)
