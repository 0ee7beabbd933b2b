"""Dialogues over the sample collection: is the last message answered from the right article?

`-s` prints the share that is, without what was said before and with it, by kind and language.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.opened import opened
from bot.settings import load
from retrieval.index import Index
from retrieval.search import Evidence
from tests.product import copy_home

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "followup_cases.yaml").read_text("utf-8"))
DIALOGUES = yaml.safe_load((HERE / "followup_dialogues.yaml").read_text("utf-8"))
ANSWERED = 0.5
"""The confidence that an answer is given from."""
Dialogue = tuple[list[str], str, list[str]]
Shares = dict[tuple[str, str], list[tuple[bool, bool]]]


@pytest.fixture(scope="module")
def sample(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The index of the sample company, opened once."""
    settings = load(copy_home(sample_home, tmp_path_factory.mktemp("dialogues") / "home"))
    with opened(settings) as database:
        index = Index(database.sync, settings.home, settings.retrieval, lambda: datetime.now(UTC))
        index.refresh()
        yield index
        index.close()


def dialogues(name: str) -> Iterator[tuple[str, str, Dialogue]]:
    """Language, kind and dialogue, of one of the two files."""
    if name == "pairs":
        for language, kinds in CASES.items():
            for kind, pairs in kinds.items():
                yield from ((language, kind, ([a], b, wanted)) for a, _, b, wanted in pairs)
        return
    for language, kinds in DIALOGUES[name].items():
        for kind, talks in kinds.items():
            yield from ((language, kind, tuple(talk)) for talk in talks)


def right(index: Index, language: str, dialogue: Dialogue) -> tuple[bool, bool]:
    """Whether the last message finds what it should: by itself, and after the others."""
    said, last, wanted = dialogue
    previous, answered = None, ""
    for number, text in enumerate(said):
        found = index.search(
            text, hint=language, previous=previous, context=tuple(said[:number]), answered=answered
        )
        previous = found.language
        best = found.found[0].passage if found.confidence >= ANSWERED else None
        answered = f"{best.title} {best.heading or ''}".strip() if best else ""
    alone = index.search(last, hint=language, previous=previous)
    within = index.search(
        last, hint=language, previous=previous, context=tuple(said), answered=answered
    )
    return found_right(alone, wanted), found_right(within, wanted)


def found_right(evidence: Evidence, wanted: list[str]) -> bool:
    """Whether the first article is a wanted one; if none is, whether it stays unanswered."""
    if not wanted:
        return evidence.confidence < ANSWERED
    return bool(evidence.found) and evidence.found[0].passage.article_id in wanted


def share(shares: Shares, kind: str = "", language: str = "") -> tuple[int, float, float]:
    """How many there are of a kind and language, and how many are right without and with."""
    rows = [
        row
        for (its_kind, its_language), some in shares.items()
        for row in some
        if kind in ("", its_kind) and language in ("", its_language)
    ]
    return len(rows), sum(a for a, _ in rows) / len(rows), sum(b for _, b in rows) / len(rows)


def shown(name: str, shares: Shares) -> None:
    """Print the shares, a line for each kind."""
    languages = dict.fromkeys(language for _, language in shares)
    print(f"\n{name:12}", *(f"{language:>17}" for language in (*languages, "all")))
    for kind in (*dict.fromkeys(kind for kind, _ in shares), ""):
        row = (share(shares, kind, language) for language in (*languages, ""))
        print(f"{kind or 'all':12}", *(f"{n:4} {a:.2f} → {b:.2f}" for n, a, b in row))


@pytest.mark.parametrize(
    ("name", "floor", "gain"), [("pairs", 0.85, 0.15), ("first", 0.75, 0.1), ("second", 0.65, 0.05)]
)
def test_dialogues_are_answered_in_their_context(
    sample: Index, name: str, floor: float, gain: float
) -> None:
    shares: Shares = defaultdict(list)
    for language, kind, dialogue in dialogues(name):
        shares[kind, language].append(right(sample, language, dialogue))
    shown(name, shares)
    _, without, within = share(shares)
    assert within >= floor
    assert within >= without + gain
    for kind in ("alone", "change"):
        if any(kind == its_kind for its_kind, _ in shares):
            assert share(shares, kind)[2] >= 0.75
