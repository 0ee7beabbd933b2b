"""Base and delta as one: what was changed is found once, in its new form."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.ranking import question_entry
from retrieval.vectors import Delta, Nearest, Vectors, article_of, question_name

ARTICLES = 300


def turned(degrees: float) -> np.ndarray:
    """A vector of length 1 that far from the one that is asked for."""
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


ASKED = [1.0, 0.0]


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Vectors]:
    made = Vectors(tmp_path / "chroma", "schema")
    names = [f"a{n}.en.top" for n in range(ARTICLES)]
    rows = np.stack([turned(n / 4) for n in range(ARTICLES)])
    assert list(made.add("en", names, rows)) == [ARTICLES]
    yield made
    made.close()


def nearest(base: Vectors, delta: Delta, masked: set[str]) -> Nearest:
    starts = {"en": {f"a{n}": 3 * n for n in range(ARTICLES)}}
    return Nearest(base, delta, {"en": masked}, starts)


def test_the_nearest_come_with_their_cosine(base: Vectors) -> None:
    found = nearest(base, Delta({}, {}), set())("en", ASKED, 3)
    assert list(found) == ["a0.en.top", "a1.en.top", "a2.en.top"]
    assert found["a2.en.top"] == pytest.approx(np.cos(np.radians(0.5)), abs=1e-5)


def test_masked_entries_are_replaced_by_farther_ones(base: Vectors) -> None:
    """More are masked than are asked for beyond the limit: it must ask again."""
    masked = {f"a{n}" for n in range(200)}
    found = nearest(base, Delta({}, {}), masked)("en", ASKED, 5)
    assert list(found) == [f"a{n}.en.top" for n in range(200, 205)]


def test_a_changed_article_is_found_in_its_new_form_alone(base: Vectors) -> None:
    entries = ("a0.en.top", question_name("a0", 1))
    delta = Delta({"en": entries}, {"en": np.stack([turned(80), turned(0.1)])})
    found = nearest(base, delta, {"a0"})("en", ASKED, ARTICLES + 5)
    assert next(iter(found)) == question_entry(1)
    assert found["a0.en.top"] == pytest.approx(np.cos(np.radians(80)), abs=1e-5)
    assert len(found) == ARTICLES + 1


def test_a_delta_is_read_as_it_was_written(tmp_path: Path) -> None:
    delta = Delta(
        {"en": ("a.en.top",), "zh-Hans": ("b.zh-Hans.概览", "?0?b")},
        {"en": turned(1)[None, :], "zh-Hans": np.stack([turned(2), turned(3)])},
    )
    delta.save(tmp_path / "delta.npz")
    read = Delta.load(tmp_path / "delta.npz")
    assert read.entries == delta.entries
    assert all(np.array_equal(read.rows[code], delta.rows[code]) for code in delta.rows)
    assert Delta.load(tmp_path / "none.npz") == Delta({}, {})


@pytest.mark.parametrize(
    ("name", "article"),
    [
        ("a.en.top", "a"),
        ("a.b.en.top-2", "a.b"),
        (question_name("a.b", 0), "a.b"),
        (question_name("why?not", 3), "why?not"),
    ],
)
def test_a_name_says_its_article(name: str, article: str) -> None:
    assert article_of(name) == article


def test_a_language_without_entries_has_nothing_near(base: Vectors) -> None:
    assert nearest(base, Delta({}, {}), set())("ms", ASKED, 5) == {}
    assert base.count("ms") == 0
