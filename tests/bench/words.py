"""The part of search that goes by words, at a size where a slow one shows."""

import tempfile
import time
from pathlib import Path
from typing import Any

from retrieval import analysis
from retrieval.draft import unit
from retrieval.evaluation import resident_mib
from retrieval.keywords import Keywords
from retrieval.matching import match
from retrieval.metrics import percentile
from retrieval.passages import cut
from retrieval.ranking import BY_WORDS
from tests.bench import texts

ASKED = 2000


def by_word(count: int, place: Path) -> Any:
    """Milliseconds of a question to the words of so many passages, its analysis included."""
    made = texts.documents(count)
    started = time.perf_counter()
    words = Keywords.build([unit(one.id, "en", cut(texts.article(one)), ()) for one in made])
    built = time.perf_counter() - started
    words.save(place / "words")
    started = time.perf_counter()
    words = Keywords.load(place / "words")
    loaded = time.perf_counter() - started
    spent, worked = [], []
    for question, _ in texts.questions(made, ASKED):
        started, busy = time.perf_counter(), time.thread_time()
        sought = words.seek([(part, 1.0) for part in analysis.parts(question, "en")])
        match(words, sought, words.candidates(sought, BY_WORDS, None))
        spent.append((time.perf_counter() - started) * 1000)
        worked.append((time.thread_time() - busy) * 1000)
    return {
        "passages": count,
        "build_s": built,
        "load_s": loaded,
        **{f"ms_{said}": percentile(spent, share) for said, share in _SHARES},
        **{f"cpu_ms_{said}": percentile(worked, share) for said, share in _SHARES},
        "rss_mib": resident_mib(),
    }


_SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def main() -> None:
    """`python -m tests.bench.words`"""
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(by_word(5000, Path(made)))


if __name__ == "__main__":
    main()
