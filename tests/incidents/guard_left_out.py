"""What the guard on words makes of sentences that its model was not learned from.

`python -m tests.incidents.guard_left_out` leaves out a third of the lines of `guard_texts`, each
with all its variants, learns from the rest and prints how many of the left-out ones are judged
wrongly, claims and honest sentences, as a chat model's text.
"""

import hashlib
from collections import defaultdict

from bot.answering import guard, guard_learned, guard_training
from bot.answering.guard import Standing
from bot.answering.guard_training import ARTICLES, Told

_FOLDS = 3
_ONGOING = Standing(watching=False)


def is_left_out(one: Told) -> bool:
    """Whether a sentence belongs to the third that is not learned from; always the same."""
    return int(hashlib.sha256(one.line.encode()).hexdigest(), 16) % _FOLDS == 0


def main() -> None:
    """Learn, judge, print."""
    examples = guard_training.told() + guard_training.everyday(ARTICLES)
    made = guard_training.fit([one for one in examples if not is_left_out(one)])
    guard_learned.claimed.cache_clear()
    guard_learned.packaged = lambda: made  # type: ignore[assignment]
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in filter(is_left_out, examples):
        held = bool(guard.breaches(one.text, _ONGOING, free=True))
        count = counts["honest" if one.label == "ok" else "claims"]
        count[0] += held != (one.label != "ok")
        count[1] += 1
    for name, (wrong, of) in sorted(counts.items()):
        print(f"{name}: {wrong} of {of} judged wrongly ({100 * wrong / of:.1f} %)")


if __name__ == "__main__":
    main()
