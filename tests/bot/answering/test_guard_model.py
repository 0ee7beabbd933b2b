"""The guard's model: what it learned from is whole, and a broken file says so."""

from collections import Counter
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from bot.answering import guard, guard_learned, guard_training
from bot.answering.guard import Standing
from bot.answering.guard_grams import places
from bot.errors import SetupError
from tests.bot.answering.test_guard import LASTING, kinds

TINY = [
    guard_training.Told(text, label, text)
    for text, label in (
        ("The boat swims again", "over"), ("Swims again, the boat", "over"),
        ("The boat sinks", "ok"), ("It sinks, the boat", "ok"), ("A patch is on", "deployed"),
        ("It swims at six", "time"), ("We write at six", "news"), ("I ring you", "call"),
    )
]  # fmt: skip


def test_what_is_learned_is_the_same_each_time_and_survives_storing(tmp_path: Path) -> None:
    first, second = guard_training.fit(TINY), guard_training.fit(TINY)
    assert np.array_equal(first.weights, second.weights)
    guard_learned.write(first, tmp_path / "one.npz")
    guard_learned.write(second, tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    read = guard_learned.read(tmp_path / "one.npz")
    assert read.score("the boat swims again") == first.score("the boat swims again")
    assert read.score("the boat swims again")["over"] > 0 > read.score("the boat sinks")["over"]


@pytest.mark.parametrize("content", [None, b"", b"PK\\x03\\x04 not really"])
def test_a_broken_model_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "guard_weights.npz"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(SetupError, match="guard_training"):
        guard_learned.read(place)


def test_every_kind_is_learned_and_no_gap_stays_open() -> None:
    told = guard_training.told()
    many = {kind for kind, count in Counter(one.label for one in told).items() if count > 100}
    assert many >= {"ok", *guard_learned.KINDS} - {"any"}
    assert [one.text for one in told if "{" in one.text] == []
    assert [one.text for one in told if not one.text.strip(" .。")] == []


def test_a_word_counts_together_with_the_small_word_that_turns_it() -> None:
    far = "once all of the many payments that failed work, we will say so"
    near = "all of the many payments that failed work, we will say so"
    assert len(np.setdiff1d(places(far), places(near))) > 10


def test_a_sentence_turned_round_is_judged_the_other_way() -> None:
    assert kinds("The gate reads tickets again.", free=True) == ["over"]
    assert kinds("Once the gate reads tickets again, we will tell you here.", free=True) == []
    assert kinds("Nobody knows whether the gate reads tickets again.", free=True) == []
    assert kinds("Does the gate read tickets again?", free=True) == []


@pytest.mark.parametrize(
    ("claim", "honest"),
    [
        ("The ovens heat again.", "The ovens still do not heat."),
        ("水泵转起来了，您可以照常浇水。", "水泵还没转起来，先用井水。"),
        ("個爐頭用得返喇，請繼續煮。", "個爐頭仲未用得，暫時用住微波爐。"),
        ("Pam air dah hidup, boleh siram macam biasa.", "Pam air belum hidup, guna telaga dulu."),
    ],
)
def test_a_trade_that_it_learned_nothing_of_is_judged_as_well(claim: str, honest: str) -> None:
    assert kinds(claim, free=True) != []
    assert kinds(honest, free=True) == []


def test_a_time_that_the_incident_states_may_be_told_freely() -> None:
    said = "Booking opens again at 16:45, says the notice."
    assert kinds(said, free=True) != []
    stated = frozenset({"16:45"})
    assert kinds(said, Standing(False, stated, stated), free=True) == []


def test_what_is_quoted_from_a_passage_is_not_judged_by_the_model() -> None:
    said = "The gate reads tickets again."
    assert kinds(said, LASTING, free=True) == ["over"]
    assert kinds(said, LASTING, sources=[f"Refunds. {said}"], free=True) == []


def test_what_retells_a_passage_is_judged_less_strictly() -> None:
    said = "The umbrella is returned by noon."
    assert kinds(said, free=True) == ["time"]
    passage = "An umbrella found on the boat is returned to the desk by noon."
    assert kinds(said, sources=[passage], free=True) == []
    over = "Card payments are working again."
    assert kinds(over, sources=["Working card payments: pay again."], free=True) == ["over"]


def test_an_ordinary_answer_is_judged_in_two_milliseconds() -> None:
    guard.warm()
    texts = [
        f"Your bag may weigh {n} kg. A second one costs MYR 30. Pack liquids." for n in "123456789"
    ]
    best = 1.0
    for text in texts:
        started = process_time()
        kinds(text, free=True)
        best = min(best, process_time() - started)
    assert best < 0.002
