"""What a ranking gives away about whether its best article answers the question."""

from collections.abc import Mapping

import numpy as np

from retrieval.ranking import Ranking, kind_of, learned

SHOWN = 3
"""Articles that an answer shows passages of at most; confidence is that one of them answers."""
_FIELD = 10
"""Articles that the best one is compared with; those that are not there have a score of 0."""
_LONG = 12
"""Parts from which on a question counts as long."""
_HALF = 0.5
"""Share of the question from which on it matters no more how much of it the article speaks of."""
SIGNALS = (
    "score", "level", "lead", "odds", "words_body", "words_question", "present", "name_missing",
    "supported", "length",
)  # fmt: skip
"""What the calibration looks at, all free of scale: a collection's size or language changes none.

Few on purpose: models over all of a ranking's features did better on collections they knew and
worse on all others."""
AGAINST = ("name_missing",)
"""Signals that only ever speak against an answer."""
FREE = ("length",)
"""Signals that may speak either way; all others speak for an answer."""


def signals(ranking: Ranking, supported: float, *, name_missing: bool) -> Mapping[str, float]:
    """Return the signals of a ranking's best article; empty when it has none.

    `supported` is what the check of its best passage said, `name_missing` whether the question
    names somebody or something that this passage does not.

    `odds` are how far the best article stands out, as the ranking learned to tell: its scores are
    logarithms of odds, so against all others together they add up as such.
    """
    if not len(ranking.order):
        return {}
    score = ranking.score
    others = np.append(score[1:], 0.0)
    share = float(score[0]) / _most(ranking.locale)
    return {
        "score": share,
        "level": float(np.log(0.02 + max(share, 0.0))),
        "lead": float(score[0] - score[:_FIELD].sum() / _FIELD),
        "odds": float(score[0] - np.logaddexp.reduce(others)),
        "words_body": float(ranking.of("words_body")[0]),
        "words_question": float(ranking.of("words_question")[0]),
        "present": min(float(ranking.of("cover")[0]), _HALF),
        "name_missing": float(name_missing),
        "supported": supported,
        "length": min(len(ranking.sought.weights), _LONG) / _LONG,
    }


def _most(locale: str) -> float:
    """Return the most that words alone can bring."""
    own = learned()[kind_of(locale)]
    return sum(weight for name, weight in own.items() if not name.startswith("meaning"))
