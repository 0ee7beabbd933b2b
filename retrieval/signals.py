"""What a ranking gives away about whether its best article answers the question."""

from collections.abc import Mapping

import numpy as np

from retrieval.ranking import FEATURES, Ranking, kind_of, learned

_TRUST = {"en": 1.0, "ms": 0.3, "zh": 0.2}
"""How far the packaged model's cosines tell anything, by kind of language."""
_NEIGHBOURS = 10
_LONG = 12
"""Parts from which on a question counts as long."""
SHARES = tuple(name for name in FEATURES if not name.startswith("meaning"))
"""The features that are signals as they are."""
SIGNALS = (
    *SHARES,
    "score", "margin", "lead_over_rest", "relative_margin", "unmatched", "question_cover",
    "meaning", "meaning_margin", "meaning_question", "agree_cover", "agree_passage",
    "both_covers", "supported", "length",
)  # fmt: skip
"""What the calibration looks at, all scale-free: a collection's size or language changes none."""


def signals(ranking: Ranking, supported: float) -> Mapping[str, float]:
    """Return the signals of a ranking's best article; empty when it has none.

    `supported` is what the check of its best passage said.
    """
    if not len(ranking.order):
        return {}
    kind = kind_of(ranking.locale)
    total = sum(learned()[kind].values()) - sum(
        weight for name, weight in learned()[kind].items() if name.startswith("meaning")
    )
    score = ranking.score / total
    second = float(score[1]) if len(score) > 1 else 0.0
    meaning = ranking.of("meaning_passage")
    nearest = np.sort(meaning)[::-1][:_NEIGHBOURS]
    trust = _TRUST[kind]
    cover, pair_cover = ranking.of("cover"), ranking.of("pair_cover")
    found = {name: float(ranking.of(name)[0]) for name in SHARES}
    return found | {
        "score": float(score[0]),
        "margin": float(score[0]) - second,
        "lead_over_rest": float(score[0] - score[:_NEIGHBOURS].mean()),
        "relative_margin": (float(score[0]) - second) / max(float(score[0]), 1e-6),
        "unmatched": ranking.unmatched,
        "question_cover": float(ranking.matches.question_cover[ranking.row[0]]),
        "meaning": trust * float(meaning[0]),
        "meaning_margin": trust * float(meaning[0] - nearest.mean()),
        "meaning_question": trust * float(ranking.of("meaning_question")[0]),
        "agree_cover": float(int(np.argmax(cover)) == 0),
        "agree_passage": float(int(np.argmax(ranking.of("words_passage"))) == 0),
        "both_covers": float(cover[0] * pair_cover[0]),
        "supported": supported,
        "length": min(len(ranking.sought.weights), _LONG) / _LONG,
    }
