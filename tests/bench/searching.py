"""A question to our search and to the plain program, in turns, on the same articles."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from retrieval.embedding import Embedder
from retrieval.langchain import LangChainEmbeddings
from retrieval.metrics import percentile
from tests.bench import homes, texts
from tests.bench.plain import MiniLM, Plain, Prepared

ASKED = 400
WARM = 20
"""Questions asked before the clock starts."""


def compare(count: int, place: Path, models: Path, *, embedder: Embedder | None = None) -> Any:
    """Milliseconds of a question on so many passages, ours and the plain program's.

    Without `embedder` both read every article with their own model; with it both store its
    vectors. Questions are always read by each one's own model.
    """
    made = texts.documents(count)
    minilm = MiniLM()
    mixed = Prepared(LangChainEmbeddings(embedder), minilm) if embedder else minilm
    plain = Plain(place / f"plain-{count}", mixed)
    started = time.perf_counter()
    chunks = plain.add(made)
    plain_s = time.perf_counter() - started
    own = embedder or Embedder(homes.PACKAGED, homes.model(models))
    with homes.built(place / f"ours-{count}", models, made, own) as home:
        ours, theirs, hits = _in_turns(
            texts.questions(made, ASKED + WARM), lambda q: _ours(home, q), plain.search
        )
    return {
        "passages": home.passages,
        "chunks": chunks,
        "vectors": "mixed" if embedder else "model",
        "build_s": home.build_s,
        "plain_build_s": plain_s,
        "save_s": home.save_s,
        **_figures("ms", ours),
        **_figures("plain_ms", theirs),
        "p50_ratio": percentile(ours, 0.5) / percentile(theirs, 0.5),
        "p99_ratio": percentile(ours, 0.99) / percentile(theirs, 0.99),
        **({} if embedder else {"right": hits[0] / ASKED, "plain_right": hits[1] / ASKED}),
    }


Ask = Callable[[str], list[str]]


def _in_turns(
    questions: list[tuple[str, str]], ours: Ask, theirs: Ask
) -> tuple[list[float], list[float], list[int]]:
    """Milliseconds of both, and how often each found the right article first."""
    spent: tuple[list[float], list[float]] = ([], [])
    hits = [0, 0]
    for number, (question, gold) in enumerate(questions):
        for which in (0, 1) if number % 2 else (1, 0):  # neither is always the first
            started = time.perf_counter()
            found = (ours, theirs)[which](question)
            ms = (time.perf_counter() - started) * 1000
            if number >= WARM:
                spent[which].append(ms)
                hits[which] += gold in found[:1]
    return *spent, hits


def _ours(home: homes.Home, question: str) -> list[str]:
    found = home.index.search(question, hint="en").found
    return [f"made-{int(one.passage.article_id[1:])}" for one in found]


def _figures(name: str, spent: list[float]) -> dict[str, float]:
    return {
        f"{name}_{said}": percentile(spent, share)
        for said, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }


def main() -> None:
    """`python -m tests.bench.searching [PASSAGES]`"""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        place = Path(made)
        homes.model(place)
        for name, value in compare(count, place, place, embedder=homes.mixing(place)).items():
            print(f"{name:>22}  {value}")


if __name__ == "__main__":
    main()
