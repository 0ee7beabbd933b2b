"""The groups of the queue: who waits because of one incident, as one row of the consoles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot.conversation import groups
from bot.conversation.events import instant
from bot.conversation.groups import Group
from handoff import queue
from handoff.queue import Entry
from retrieval.errors import UnknownIncident
from retrieval.incidents import ledger

SHOWN = 20
"""Rows of a group, of those who wait longest: enough to take one singly."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """All groups at one moment."""

    groups: list[Group]
    first: dict[str, list[Entry]]
    """Incident → those of its group who wait longest."""
    everybody: frozenset[str]
    """All conversations that are in a group."""


def take(tx: Tx) -> Grouped:
    """Read the groups."""
    found = groups.listing(tx)
    members = {one.incident: groups.members(tx, one.incident) for one in found}
    first = {
        incident: [entry for one in each[:SHOWN] if (entry := queue.get(tx, one)) is not None]
        for incident, each in members.items()
    }
    return Grouped(found, first, frozenset(one for each in members.values() for one in each))


def singly(waiting: Sequence[Entry], grouped: Grouped) -> list[Entry]:
    """Who waits for a person of their own: a group of hundreds must not push them out of sight."""
    return [one for one in waiting if one.conversation_id not in grouped.everybody]


def shown(tx: Tx, group: Group, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One group as it is sent; its title in all languages it has, for every console is sent it."""
    try:
        title = ledger.get(tx, group.incident).title
    except UnknownIncident:  # they wait all the same
        title = {}
    return {
        "incident": group.incident,
        "title": title,
        "count": group.count,
        "unanswered": group.unanswered,
        "languages": group.languages,
        "waiting_since": instant(group.waiting_since),
        "rows": rows,
    }
