"""How well a scope tells inside from outside, on questions it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handoff.scope.learning import Embed, Example, NothingToLearn
from handoff.scope.nearby import OUTSIDE
from handoff.scope.operating import Tried, figures
from handoff.scope.scope import Scope
from handoff.scope.wording import as_read


def measure(scope: Scope, asked: Sequence[Example], embed: Embed) -> dict[str, float | int | None]:
    """Return the figures at the scope's own threshold; shares and correlations from 0 (-1) to 1.

    A question of an intent that the scope does not know is outside. Raises NothingToLearn when it
    knows none of the questions' intents: then the examples belong to something else.
    """
    number = {name: place for place, name in enumerate(scope.names)}
    named = {one.intent for one in asked if one.intent is not None}
    if named and not named & number.keys():
        raise NothingToLearn(
            f"None of the {len(named)} intents asked about is among the {len(number)} learned: "
            "look whether both files name intents alike."
        )
    vectors = np.asarray(embed([as_read(one.text) for one in asked]), np.float32)
    judged = [scope.judge(one.text, vector) for one, vector in zip(asked, vectors, strict=True)]
    tried = Tried(
        np.array([one.outside for one in judged]),
        np.array([number.get(one.intent or "", OUTSIDE) for one in asked], np.int64),
        np.array([number[one.intent] for one in judged], np.int64),
        np.ones(len(asked)),
    )
    return {
        "intents": len(number),
        "unknown_intents": len(named - number.keys()),
        **figures(tried, scope.threshold),
    }
