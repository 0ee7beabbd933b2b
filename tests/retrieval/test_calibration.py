"""How sure search may be."""

import random

import pytest

from retrieval.calibration import BUILT_IN, SIGNALS, Calibration, Example, fit


def examples(count: int, bias: float = 0.0) -> list[Example]:
    chance = random.Random(1)
    made = []
    for _ in range(count):
        covered = chance.random()
        signals = dict.fromkeys(SIGNALS, 0.2) | {"coverage": covered, "words": covered}
        made.append(Example("en", signals, chance.random() < covered + bias))
    return made


def test_more_of_the_question_covered_is_surer() -> None:
    learned = fit(examples(300))
    sure = [learned.confidence("en", {"coverage": c, "words": c}) for c in (0.1, 0.5, 0.9)]
    assert sure == sorted(sure)
    assert sure[2] - sure[0] > 0.4


def test_examples_never_turn_a_signal_round() -> None:
    turned = [Example(e.language, e.signals, not e.right) for e in examples(300)]
    learned = fit(turned)
    assert learned.confidence("en", {"coverage": 0.9}) >= learned.confidence(
        "en", {"coverage": 0.1}
    )


def test_without_examples_the_built_in_numbers_stay() -> None:
    assert fit([]).weights[""] == pytest.approx(BUILT_IN.weights[""])


def test_an_unknown_language_uses_what_all_taught() -> None:
    learned = fit(examples(50))
    assert learned.confidence("fr", {"coverage": 0.5}) == pytest.approx(
        Calibration({"": learned.weights[""]}).confidence("en", {"coverage": 0.5})
    )


def test_numbers_for_other_signals_are_not_used() -> None:
    learned = fit(examples(50))
    assert Calibration.from_json(learned.as_json()) == learned
    assert Calibration.from_json({"signals": ["other"], "weights": {"": [1.0]}}) == BUILT_IN
