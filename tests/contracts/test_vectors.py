"""What every place of vectors promises: embedded Chroma, and a Chroma server."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval import vectors
from retrieval.errors import VectorsUnavailable
from retrieval.vectors import Vectors
from tests.contracts.services import ChromaServer

Open = Callable[[str], Vectors]


def turned(degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


@pytest.fixture(params=["embedded", "served"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the vectors of a generation, as often as it is asked."""
    server = request.getfixturevalue("chroma").url if request.param == "served" else ""
    made: list[Vectors] = []

    def open_one(generation: str) -> Vectors:
        made.append(Vectors(tmp_path / generation / "chroma", "schema", server))
        return made[-1]

    yield open_one
    for one in made:
        one.close()


def fill(place: Vectors, first: int, number: int = 450) -> None:
    names = [f"a{n}.en.top" for n in range(first, first + number)]
    rows = np.stack([turned(n / 10) for n in range(first, first + number)])
    assert list(place.add("en", names, rows))[-1] == number


def test_the_nearest_come_first_with_their_cosine(opening: Open) -> None:
    place = opening("g1")
    fill(place, 0)
    found = place.nearest("en", [1.0, 0.0], 3)
    assert list(found) == ["a0.en.top", "a1.en.top", "a2.en.top"]
    assert found["a2.en.top"] == pytest.approx(np.cos(np.radians(0.2)), abs=1e-5)
    assert (place.count("en"), place.count("ms")) == (450, 0)
    assert place.nearest("ms", [1.0, 0.0], 3) == {}
    assert place.nearest("en", [1.0, 0.0], 0) == {}


def test_generations_are_kept_apart(opening: Open) -> None:
    old, new = opening("g2"), opening("g3")
    fill(old, 0, 10)
    fill(new, 100, 10)
    assert list(old.nearest("en", [1.0, 0.0], 1)) == ["a0.en.top"]
    assert list(new.nearest("en", [1.0, 0.0], 1)) == ["a100.en.top"]


def test_of_a_server_only_what_was_named_is_removed(chroma: ChromaServer, tmp_path: Path) -> None:
    places = [Vectors(tmp_path / name / "chroma", "s", chroma.url) for name in ("gone", "kept")]
    for place in places:
        fill(place, 0, 5)
    vectors.forget(chroma.url, ["gone"])
    again = [Vectors(tmp_path / name / "chroma", "s", chroma.url) for name in ("gone", "kept")]
    assert [one.count("en") for one in again] == [0, 5]
    for one in (*places, *again):
        one.close()


def test_while_a_server_is_away_there_is_nothing_near_and_then_there_is(tmp_path: Path) -> None:
    server = ChromaServer()
    try:
        place = Vectors(tmp_path / "g" / "chroma", "s", server.url)
        fill(place, 0, 5)
        server.end()
        assert place.nearest("en", [1.0, 0.0], 1) == {}, "search goes on by words"
        with pytest.raises(VectorsUnavailable, match="chroma run"):
            Vectors(tmp_path / "g" / "chroma", "s", server.url)
        vectors.forget(server.url, ["g"])  # no reason to fail a build
        server.start()
        assert list(place.nearest("en", [1.0, 0.0], 1)) == ["a0.en.top"]
        place.close()
    finally:
        server.close()


def test_a_server_that_hangs_does_not_hold_up_a_question(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "SECONDS", 0.5)
    place = Vectors(tmp_path / "h" / "chroma", "s", chroma.url)
    assert chroma.process is not None
    os.kill(chroma.process.pid, signal.SIGSTOP)
    try:
        assert place.nearest("en", [1.0, 0.0], 1) == {}
    finally:
        os.kill(chroma.process.pid, signal.SIGCONT)
    place.close()
