"""What the whole decision costs beside an answer: `python -m tests.handoff.latency`.

Processor time of `bot.observing.observe` and `handoff.policy.decide`, without search and without
the embedding, which search makes anyway: the sample's questions as the sixth message of a
conversation, and long messages.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from bot.observing import Asked, Known, observe
from handoff.observed import Turn
from handoff.policy import decide
from handoff.settings import HandoffSettings
from retrieval.search import Evidence
from tests.handoff.ordinary import questions

LIMITS = HandoffSettings()
NOTHING = Known(Evidence("?", "en", (), 0.2, "g"), None, LIMITS)
LONG = {
    "English": "I have waited for my refund since Monday and nobody answered, order SP-{n}. ",
    "Traditional Chinese": "我的訂單{n}等了三天都沒有人理我，請問到底什麼時候可以退款給我呢？",
    "Malay": "dah tiga hari saya tunggu refund tempahan {n}, takde sesiapa pun jawab. ",
}
CHARACTERS = 3800


def spent(conversations: Sequence[Sequence[str]]) -> list[float]:
    """Milliseconds of processor time for the last message of each, sorted; nothing remembered."""
    found = []
    for texts in conversations:
        asked = Asked(texts[-1], tuple(Turn(text) for text in texts), failed_in_a_row=1)
        started = time.thread_time()
        decide(observe(asked, NOTHING, []), LIMITS)
        found.append((time.thread_time() - started) * 1000)
    return sorted(found)


def long_messages(pattern: str, count: int = 60) -> list[list[str]]:
    """Messages of 3,800 characters, each different, each the first of its conversation."""
    texts = []
    for start in range(count):
        pieces = (pattern.format(n=start * 1000 + number) for number in range(CHARACTERS))
        text = ""
        while len(text) < CHARACTERS:
            text += next(pieces)
        texts.append([text[:CHARACTERS]])
    return texts


def _show(name: str, found: Sequence[float]) -> None:
    p50, p99 = found[len(found) // 2], found[min(len(found) - 1, int(0.99 * len(found)))]
    print(f"{name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms ({len(found)})")


if __name__ == "__main__":
    texts = [one["text"] for one in questions()]
    spent([["load the models", "載入", "muat"]])
    _show("sixth message", spent([texts[n : n + 6] for n in range(len(texts) - 6)]))
    for language, pattern in LONG.items():
        _show(f"{CHARACTERS} characters, {language}", spent(long_messages(pattern)))
