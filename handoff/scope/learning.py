"""Learns from examples what is inside, by leaving intents out and asking about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handoff.scope.chatter import chatter
from handoff.scope.logistic import fitted
from handoff.scope.nearby import OUTSIDE, Matrix, Places, Rows, joined
from handoff.scope.operating import Tried, best_threshold
from handoff.scope.scope import Scope, assembled
from handoff.scope.wording import Wording, as_read

Embed = Callable[[Sequence[str]], Matrix]
"""Texts to one vector each, of any length and width."""

_ASKED = 800
"""Examples that are asked about at most: more changes little and costs time."""
_CLEAR = 0.5
"""Chatter that the examples vote for like this belongs to an intent here (a greeting, say)."""
_CHATTER = 0.3
"""Share of chatter among the questions outside; the others are the intents left out."""
_GROUPS = 4
"""An intent is left out with every fourth other one: life leaves out whole topics."""
_ROUNDS = 3
"""Ways in which intents are put together to be left out: one way alone is chance."""


class NothingToLearn(ValueError):
    """The examples do not say what is inside; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the intent that it belongs to; None for one that is known to be outside."""

    text: str
    intent: str | None


def learn(
    examples: Sequence[Example], embed: Embed, *, outside_share: float | None = None
) -> Scope:
    """Return what these examples teach; the same examples always teach the same.

    `embed` is given texts as `as_read` returns them. `outside_share` is the share of customers'
    questions expected outside, which decides the threshold alone; without it the examples'
    own share counts, or one half where they have none outside.
    Raises NothingToLearn for fewer than two intents.
    """
    names = sorted({one.intent for one in examples if one.intent is not None})
    if len(names) < 2:
        raise NothingToLearn(
            f"Examples of at least two intents are needed, and these have {len(names)}: "
            "what is outside is learned by leaving an intent out."
        )
    number = {name: place for place, name in enumerate(names)}
    ordered = sorted(examples, key=lambda one: (one.intent is None, one.intent or "", one.text))
    talk = chatter()
    texts = [as_read(one.text) for one in ordered] + list(talk)
    intents = np.array(
        [OUTSIDE if one.intent is None else number[one.intent] for one in ordered]
        + [OUTSIDE] * len(talk),
        np.int64,
    )
    wording = Wording.of(texts[: len(ordered)])
    points = joined(np.asarray(embed(texts), np.float32), wording.rows(texts))
    meanings = points.shape[1] - wording.rows([""]).shape[1]
    rows = Rows(points, meanings, intents, np.zeros(len(names)))
    kept = _without_known_talk(rows, len(ordered))
    rows = _steadied(Rows(points[kept], meanings, intents[kept], rows.steady))
    return _taught(tuple(names), wording, rows, len(ordered), outside_share)


def _without_known_talk(rows: Rows, own: int) -> NDArray[np.bool_]:
    """Marks all rows but chatter that belongs to an intent here."""
    kept = np.ones(len(rows.points), bool)
    talk = rows.points[own:]
    hidden = np.tile(rows.intents == OUTSIDE, (len(talk), 1))
    kept[own:] = rows.look(talk, hidden).signals[:, 0] < _CLEAR
    return kept


def _steadied(rows: Rows) -> Rows:
    """Rows that know how sure the neighbours are of each intent's own examples."""
    asked = _some(np.flatnonzero(rows.intents != OUTSIDE))
    seen = rows.look(rows.points[asked], _itself(rows, asked))
    mine = rows.intents[asked]
    right = np.where(seen.intents == mine, seen.signals[:, 0], 0.0)
    count = np.bincount(mine, minlength=rows.count)
    # With few examples an intent is thought to be like all of them.
    usual, trust = float(right.mean()), 5.0
    steady = (np.bincount(mine, right, rows.count) + trust * usual) / (count + trust)
    return Rows(rows.points, rows.meanings, rows.intents, steady)


def _taught(
    names: tuple[str, ...], wording: Wording, rows: Rows, own: int, outside_share: float | None
) -> Scope:
    asked = _some(np.flatnonzero(rows.intents != OUTSIDE))
    points, mine = rows.points[asked], rows.intents[asked]
    outside = np.flatnonzero(rows.intents == OUTSIDE)
    told = outside < own
    seen = [
        rows.look(points, _itself(rows, asked)),
        *(rows.look(points, hidden) for hidden in _left_out(rows, asked)),
        rows.look(rows.points[outside], _itself(rows, outside)),
    ]
    signals = np.concatenate([one.signals for one in seen])
    guesses = np.concatenate([one.intents for one in seen])
    left = len(asked) * _ROUNDS
    truth = np.concatenate([mine, np.full(left + len(outside), OUTSIDE)])
    is_inside = truth != OUTSIDE
    chatter_share = _CHATTER if len(outside) else 0.0
    inside, without = np.full(len(asked), 1 / len(asked)), np.full(left, 1 / left)
    talk = np.full(len(outside), 1 / max(1, len(outside)))
    weights = np.concatenate([inside, without * (1 - chatter_share), talk * chatter_share])
    centre, spread = signals.mean(0), signals.std(0) + 1e-6
    model = fitted((signals - centre) / spread, is_inside, weights * len(asked))
    draft = Scope(names, 0.5, wording, rows, centre, spread, model)
    if told.any():  # what outside looks like is told: nothing needs to be made up
        weights = np.concatenate([inside, without * 0, told / told.sum()])
    share = outside_share if outside_share is not None else _expected(int(told.sum()), own)
    weights = weights * np.where(is_inside, 1 - share, share)
    tried = Tried(draft.chances(signals), truth, guesses, weights)
    return assembled(names, best_threshold(tried), wording, rows, centre, spread, model)


def _expected(given: int, own: int) -> float:
    """Share of questions outside: as in the examples, or half where they tell nothing."""
    return min(0.5, given / own) if given else 0.5


def _some(places: Places) -> Places:
    """Some of the places, evenly spread over the intents they are sorted by."""
    if len(places) <= _ASKED:
        return places
    return places[np.linspace(0, len(places) - 1, _ASKED).astype(np.int64)]


def _itself(rows: Rows, asked: Places) -> NDArray[np.bool_]:
    hidden = np.zeros((len(asked), len(rows.points)), bool)
    hidden[np.arange(len(asked)), asked] = True
    return hidden


def _left_out(rows: Rows, asked: Places) -> Iterator[NDArray[np.bool_]]:
    """Marks the rows of the asked text's intent, and of those left out together with it."""
    chance = np.random.default_rng(7)
    for _ in range(_ROUNDS):
        group = chance.permutation(np.arange(rows.count) % min(_GROUPS, rows.count))
        whose = np.where(rows.intents == OUTSIDE, -1, group[rows.intents])
        together: NDArray[np.bool_] = whose[asked][:, None] == whose[None, :]
        yield together
