"""How sure search may be."""

import math
import random

import pytest

from retrieval.calibration import BUILT_IN, SIGNALS, Calibration, Example, fit


def signals(covered: float) -> dict[str, float]:
    told = ("cover", "pair_cover", "question_cover", "words_body", "words_title")
    return dict.fromkeys(SIGNALS, 0.2) | dict.fromkeys(told, covered)


def examples(count: int, seed: int = 1) -> list[Example]:
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        covered = chance.random()
        made.append(Example("en", signals(covered), chance.random() < covered))
    return made


def test_more_of_the_question_covered_is_surer() -> None:
    learned = fit(examples(1000))
    sure = [learned.confidence("en", signals(covered)) for covered in (0.1, 0.5, 0.9)]
    assert sure == sorted(sure)
    assert sure[2] - sure[0] > 0.2


def test_examples_never_turn_a_signal_round() -> None:
    turned = [Example(e.language, e.signals, not e.right) for e in examples(300)]
    learned = fit(turned)
    assert learned.confidence("en", signals(0.9)) >= learned.confidence("en", signals(0.1))


def test_without_examples_the_built_in_numbers_stay() -> None:
    assert fit([]).weights[""] == pytest.approx(BUILT_IN.weights[""])


def test_an_unknown_language_uses_what_all_taught() -> None:
    learned = fit(examples(50))
    assert learned.confidence("fr", signals(0.5)) == pytest.approx(
        Calibration({"": learned.weights[""]}).confidence("en", signals(0.5))
    )


def test_numbers_for_other_signals_are_not_used() -> None:
    learned = fit(examples(50))
    assert Calibration.from_json(learned.as_json()) == learned
    assert Calibration.from_json({"signals": ["other"], "weights": {"": [1.0]}}) == BUILT_IN


def test_examples_make_the_confidence_truer() -> None:
    def missed(model: Calibration) -> float:
        said = [(model.confidence("en", e.signals), e.right) for e in examples(300, seed=2)]
        return -sum(math.log(sure if right else 1 - sure) for sure, right in said)

    assert missed(fit(examples(1000))) < missed(fit(examples(30))) < missed(BUILT_IN)


def test_what_is_shown_of_a_confidence_counts_every_example() -> None:
    learned = fit(examples(1000))
    bins = learned.shown["en"].reliability
    assert sum(number for *_, number in bins) == learned.shown["en"].questions == 1000
    assert [sure for sure, *_ in bins] == sorted(sure for sure, *_ in bins)
    assert bins[-1][1] > bins[0][1] + 0.3
    curve = learned.shown["en"].curve
    assert [at for at, *_ in curve] == sorted(at for at, *_ in curve)
    answered = [share for _, share, _ in curve]
    assert answered == sorted(answered, reverse=True)


def test_the_threshold_keeps_what_may_be_wrong_below_what_is_tolerated() -> None:
    shown = fit(examples(1000)).shown["en"]
    strict, loose = shown.threshold(0.1), shown.threshold(0.3)
    assert strict >= loose
    assert all(wrong <= 0.1 for at, _, wrong in shown.curve if at >= strict)
    assert shown.threshold(-1.0) == 1.0


def test_examples_that_are_all_right_or_all_wrong_are_learned_from() -> None:
    for right in (True, False):
        learned = fit([Example("ms", e.signals, right) for e in examples(40)])
        assert 0 < learned.confidence("ms", signals(0.5)) < 1
