"""Making the models: the same texts give the same file, and nothing judges what it has seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from handoff.errors import BadData
from handoff.evaluation.dialogues import Dialogue, Said
from handoff.learned.decision import Course, needs_person
from handoff.learned.model import read, write
from handoff.observed import Signal
from handoff.training import deciding, sources
from handoff.training.examples import Example, Part, chosen, fold_of
from handoff.training.fitting import Bench, Task, crossed, fit
from handoff.training.own import own

SUBJECTS = (
    ("asking", "asks", "does_not"),
    ("urgency", "urgent", "not_urgent"),
    ("mood", "displeased", "not_displeased"),
)
WORDS = ("boat", "train", "kettle", "ladder", "window", "garden", "pencil", "bridge")


def examples(prefix: str = "") -> tuple[Example, ...]:
    """Texts of which those with `crimson` are labelled."""
    return tuple(
        Example(f"{prefix}{colour} {word} {n}", colour == "crimson", language, f"{word}{n}")
        for n, word in enumerate(WORDS * 3)
        for colour in ("crimson", "yellow")
        for language in ("en", "ms")
    )


def task() -> Task:
    parts = (Part("one", examples()), Part("other", examples("the "), target=False))
    return Task("colour", parts, lambda text: {"digits": float("1" in text)})


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([[float("crimson" in text), len(text) / 50, 1.0] for text in texts], np.float32)


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(fit(Bench(task(), embed)), tmp_path / f"{name}.npz", {"learned_from": ["tests"]})
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


@pytest.mark.parametrize("seeing", [True, False])
def test_it_learns_what_is_there_to_learn(seeing: bool, tmp_path: Path) -> None:
    bench = Bench(task(), embed if seeing else None)
    found = crossed(bench, 0, 4, seeing=seeing)
    assert ((found >= 0.5) == bench.task.parts[0].labels).all()
    write(fit(bench), tmp_path / "colour.npz", {})
    model = read(tmp_path / "colour.npz")
    vector = embed(["a crimson spoon"])[0] if seeing else None
    assert model.score("a crimson spoon", vector).probability > 0.5
    assert model.score("a yellow spoon").probability < 0.5
    assert (model.seeing is not None) is seeing


def test_what_cannot_be_learned_is_not_remembered() -> None:
    """Labels by chance: a text judged by a model that has seen it would come out right."""
    chance = np.random.default_rng(3)
    texts = tuple(
        Example(f"letter {n} {n * 7919 % 1000:03d}", bool(chance.integers(2)), "en", f"g{n}")
        for n in range(120)
    )
    bench = Bench(Task("chance", (Part("texts", texts),), lambda _: {}), None)
    right = ((crossed(bench, 0, 5, seeing=False) >= 0.5) == bench.task.parts[0].labels).mean()
    assert 0.3 < right < 0.7


def test_words_are_trusted_only_as_far_as_they_carry() -> None:
    """Labels by chance, and a signal that is right four times in five: memory must not."""
    chance = np.random.default_rng(5)
    texts = tuple(
        Example(f"letter {n} {n * 7919 % 1000:03d}", bool(chance.integers(2)), "en", f"g{n}")
        for n in range(120)
    )
    signal = {one.text: float(one.label ^ (chance.random() < 0.2)) for one in texts}
    bench = Bench(
        Task("chance", (Part("texts", texts),), lambda text: {"told": signal.get(text, 0.0)}), None
    )
    model = fit(bench)
    said = [model.score(one.text, None, {"told": signal[one.text]}).probability for one in texts]
    right = sum((p >= 0.5) == one.label for p, one in zip(said, texts, strict=True))
    assert right / len(texts) < 0.9


def test_a_group_is_never_parted() -> None:
    part = Part("one", examples())
    folds = {}
    for one, fold in zip(part.examples, part.folds(5), strict=True):
        assert folds.setdefault(one.group, fold) == fold
    assert len(set(folds.values())) > 1
    assert (fold_of("7", 10), fold_of("17", 10)) == (7, 7)


def test_a_draw_keeps_the_order_and_is_always_the_same() -> None:
    some = chosen(examples(), 10)
    assert some == chosen(examples(), 10)
    places = [examples().index(one) for one in some]
    assert places == sorted(places)
    assert len(some) == 10


@pytest.mark.parametrize("subject", SUBJECTS)
def test_own_texts_are_many_in_every_language_and_never_of_both_labels(
    subject: tuple[str, str, str],
) -> None:
    found = own(*subject)
    for language in ("en", "zh", "ms"):
        for label in (True, False):
            of_kind = [one for one in found if (one.language, one.label) == (language, label)]
            assert len(of_kind) > 50, (language, label)
    yes = {one.text for one in found if one.label}
    assert not yes & {one.text for one in found if not one.label}
    assert not [one.text for one in found if "{" in one.text]


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="banking_folds"):
        sources.nlupp(tmp_path)


def test_only_the_half_for_learning_is_learned_from(tmp_path: Path) -> None:
    rows = [
        '{"text": "a", "language": "zh-Hant", "urgent": 1, "half": "dev"}',
        '{"text": "b", "language": "en", "urgent": 0, "half": "held_out"}',
        '{"text": "c", "language": "en", "urgent": 0}',
        '{"text": "d", "language": "en", "urgent": 1, "before": [{"role": "bot", "text": "x"}]}',
    ]
    (tmp_path / "m.jsonl").write_text("\n".join(rows), "utf-8")
    found = sources.marked(tmp_path, "urgent")
    assert [(one.text, one.label, one.language) for one in found] == [
        ("a", True, "zh"), ("c", False, "en"),
    ]  # fmt: skip
    with pytest.raises(BadData, match="marked dissatisfied"):
        sources.marked(tmp_path, "dissatisfied")
    (tmp_path / "bad.jsonl").write_text('{"text": "a", "urgent": 1}', "utf-8")
    with pytest.raises(BadData, match=r"bad\.jsonl, line 1"):
        sources.marked(tmp_path, "urgent")


def test_the_weights_of_the_decision_never_speak_against_a_person() -> None:
    angry = Course(frustration=Signal("frustration", 0.9, ("x",)))
    courses = [Course(), angry, Course(repeats=0.8), Course(failed_in_a_row=2)] * 8
    labels = np.array([False, True, False, True] * 8)
    weights = deciding.fit(courses, labels, "handoff")
    assert min(weights.signals.values()) >= 0
    assert weights.signals["repeats"] == pytest.approx(0, abs=0.2)
    assert (
        needs_person(angry, weights).probability > 0.5 > needs_person(Course(), weights).probability
    )


def test_turns_after_the_first_due_one_teach_nothing_about_handoff() -> None:
    said = [Said("customer", text, {"handoff": due}) for text, due in
            (("hi", False), ("this is useless", True), ("hello?", True))]  # fmt: skip
    courses, labels = deciding.turns([Dialogue("a", "en", tuple(said))], "handoff")
    assert labels.tolist() == [False, True]
    assert [course.turns for course in courses] == [1, 2]


def test_everyday_questions_are_those_of_the_articles_and_call_for_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "ms"
    folder.mkdir()
    questions = ["Berapa harga tiket?", "Saya nak bercakap dengan pegawai", "Bot tenggelam, tolong"]
    listed = "\n".join(f"  - {one}" for one in questions)
    (folder / "fares.md").write_text(
        f"---\nlocale: ms\ntitle: Harga\nquestions:\n{listed}\n---\nHarga biasa.\n", "utf-8"
    )
    found = sources.articles(tmp_path)
    assert [(one.text, one.label, one.language) for one in found] == [
        ("Harga", False, "ms"),
        ("Berapa harga tiket?", False, "ms"),
    ]
    with pytest.raises(BadData, match="no articles"):
        sources.articles(tmp_path / "nothing")
