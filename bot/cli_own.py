"""`--own`: what a limit would have meant for this installation's past conversations."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table

from bot import audit
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import Settings
from bot.storage.engine import Database

if TYPE_CHECKING:  # the models load slowly, and other commands do not need them
    from bot.handovers import Known
    from handoff.evaluation.operating import Point
    from handoff.observed import Vector

    Embed = Callable[[str], Vector]


def embed_of(settings: Settings) -> "Embed":
    """The packaged model, whatever is set: the weights were learned with its vectors."""
    import numpy as np

    from retrieval import embedding

    model = embedding.load(embedding.PACKAGED, settings.home)
    return lambda text: np.asarray(model.embed_query(text), np.float32)


def report(settings: Settings, *, words_only: bool = False) -> dict[str, Any]:
    """The curve over the past conversations, and the limit in force. Raises SetupError."""
    from bot.calling import Calling
    from handoff.evaluation import operating

    with opened(settings) as database:
        known = _known(settings, database, words_only=words_only)
        limits = Calling(database.sync).limits(settings.handoff)
    past = [one.past for one in known]
    return {
        "conversations": len(past),
        "needed": sum(one.needed is True for one in past),
        "not_needed": sum(one.needed is False for one in past),
        "judged": sum(one.verdict is not None for one in known),
        "limit": limits.person_limit,
        "by": "setting" if limits is settings.handoff else "choice",
        "in_force": asdict(operating.point(past, limits.person_limit)),
        "curve": [asdict(one) for one in operating.curve(past)],
    }


def choose(
    settings: Settings, *, limit: float | None, find: float, reset: bool, words_only: bool
) -> "Point | None":
    """Put another limit in force: the given one, or what finds this share of those in need.

    None with `reset`: the setting decides again. Raises TooFewJudged, BadLimit, SetupError.
    """
    from bot.calling import Calling
    from handoff.evaluation import operating

    with opened(settings) as database:
        calling = Calling(database.sync)
        point = None
        if not reset:
            past = [one.past for one in _known(settings, database, words_only=words_only)]
            found = operating.chosen(past, find) if limit is None else None
            point = found or operating.point(past, limit or 0.0)
        chosen = None if point is None else point.limit
        told = {"person_limit": chosen}
        calling.choose(
            chosen,
            author="command line",
            now=datetime.now(UTC),
            also=lambda tx: audit.by_command(tx, "calling.chosen", after=told),
        )
    return point


def show(found: dict[str, Any]) -> None:
    """Print the curve for a person."""
    typer.echo(
        f"{found['conversations']} conversations: {found['needed']} needed a person, "
        f"{found['not_needed']} did not, of the others nobody knows. Agents judged "
        f"{found['judged']}.\nA person is called from {found['limit']:g} on ({found['by']})."
    )
    table = Table("limit", "handed over", "of those in need:\nfound", "of the others:\nspared")
    for one in found["curve"]:
        mark = " <" if one["limit"] == found["limit"] else ""
        table.add_row(f"{one['limit']:.2f}{mark}", *_shares(one))
    Console().print(table)


def told(point: "Point | None") -> str:
    """What a choice means, in a sentence."""
    if point is None:
        return "The setting decides again."
    handed, found, spared = _shares(asdict(point))
    return (
        f"A person is called from {point.limit:g} on. In the past conversations: {handed} handed "
        f"over; {found} of those who needed a person found, {spared} of the others spared."
    )


def _known(settings: Settings, database: Database, *, words_only: bool) -> "Sequence[Known]":
    from bot.handovers import past

    embed = None if words_only else embed_of(settings)
    known = database.sync.read(lambda tx: past(tx, settings.handoff, embed))
    if not known:
        raise SetupError(
            "There are no past conversations in this home, so nothing can be learned from them. "
            "Come back when customers have written, or measure labelled ones with --dialogues."
        )
    return known


def _shares(point: dict[str, Any]) -> list[str]:
    return [
        "–" if point[key] is None else f"{point[key]:.0%}"
        for key in ("handed_over", "found", "spared")
    ]
