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
    """Milliseconds of a question to the words of so many passages, its analysis included.

    `find` is what a search by words alone does: the articles with most of them. `match` is what
    our ranking looks at besides: titles, passages, sentences and neighbours of forty of these.
    """
    made = texts.documents(count)
    started = time.perf_counter()
    words = Keywords.build([unit(one.id, "en", cut(texts.article(one)), ()) for one in made])
    built = time.perf_counter() - started
    words.save(place / "words")
    started = time.perf_counter()
    words = Keywords.load(place / "words")
    loaded = time.perf_counter() - started
    found, matched = [], []
    for question, _ in texts.questions(made, ASKED):
        started = time.perf_counter()
        sought = words.seek([(part, 1.0) for part in analysis.parts(question, "en")])
        candidates = words.candidates(sought, BY_WORDS, None)
        between = time.perf_counter()
        match(words, sought, candidates)
        found.append((between - started) * 1000)
        matched.append((time.perf_counter() - between) * 1000)
    return {
        "passages": count,
        "build_s": built,
        "load_s": loaded,
        **{f"find_ms_{said}": percentile(found, share) for said, share in _SHARES},
        **{f"match_ms_{said}": percentile(matched, share) for said, share in _SHARES},
        "rss_mib": resident_mib(),
    }


_SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def main() -> None:
    """`python -m tests.bench.words`"""
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(by_word(5000, Path(made)))


if __name__ == "__main__":
    main()
