"""What is outside: learned from a small help centre for a ferry, asked in its own words."""

import io
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from numpy.typing import NDArray
from opencc import OpenCC

from handoff.scope import Example, NothingToLearn, OtherForm, Scope, as_read, learn
from handoff.scope.measuring import measure
from handoff.scope.operating import Tried, auroc, best_threshold, figures, matthews
from handoff.scope.reading import Unreadable, read_examples
from handoff.scope.wording import Wording

FERRY = Path(__file__).parent / "cases" / "ferry"


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """A meaning without a model: words scattered over a few numbers, the same on every machine."""
    return Wording(np.ones(1 << 16, np.float32)).rows(texts)[:, :96] + 1e-3


@cache
def ferry() -> Scope:
    return learn(read_examples(FERRY / "train.jsonl"), embed)


def outside(scope: Scope, text: str) -> float:
    return scope.outside(text, embed([as_read(text)])[0])


def test_outside_is_told_from_inside_in_every_language() -> None:
    scope = ferry()
    asked = read_examples(FERRY / "test.jsonl")
    found = measure(scope, asked, embed)
    assert found["auroc"] is not None
    assert found["auroc"] >= 0.9
    assert found["mcc"] is not None
    assert found["mcc"] >= 0.6
    for text in ("what is the capital of norway", "今天股票涨了吗", "siapa menang bola semalam"):
        assert outside(scope, text) > scope.threshold, text
    for text in ("can i take my dog on board", "可以带狗上船吗", "boleh bawa anjing naik feri"):
        assert outside(scope, text) < scope.threshold, text


def test_what_one_company_answers_is_outside_of_another() -> None:
    examples = read_examples(FERRY / "train.jsonl")
    question = "have you got tablets against seasickness"
    without = learn([one for one in examples if one.intent != "seasick"], embed)
    assert outside(ferry(), question) < ferry().threshold
    assert outside(without, question) > max(without.threshold, outside(ferry(), question) + 0.2)


def test_an_intent_about_greetings_wins_over_the_chatter() -> None:
    hello = ["hi", "hello there", "hey", "good morning", "hi how are you", "hello", "good evening"]
    examples = read_examples(FERRY / "train.jsonl")
    polite = learn([*examples, *(Example(text, "greeting") for text in hello)], embed)
    assert outside(ferry(), "hello there") > ferry().threshold
    assert outside(polite, "hello there") < polite.threshold
    talk = [int((one.rows.intents < 0).sum()) for one in (ferry(), polite)]
    assert talk[1] < talk[0]  # the lines that are greetings here count as outside no longer
    assert polite.judge("hello there", embed(["hello there"])[0]).intent == "greeting"


def test_both_chinese_scripts_say_the_same() -> None:
    scope = ferry()
    change = OpenCC("s2tw").convert
    chinese = [one for one in read_examples(FERRY / "test.jsonl") if not one.text.isascii()]
    assert len(chinese) > 10
    plain = np.array([outside(scope, one.text) for one in chinese])
    traditional = np.array([outside(scope, change(one.text)) for one in chinese])
    assert any(change(one.text) != one.text for one in chinese)
    kinds = np.array([one.intent is None for one in chinese])
    assert auroc(plain, kinds) - auroc(traditional, kinds) <= 0.005
    assert np.abs(plain - traditional).max() < 0.02


def test_learning_twice_gives_the_same_numbers_in_any_order() -> None:
    examples = read_examples(FERRY / "train.jsonl")
    first, again = learn(examples, embed).as_arrays(), learn(examples, embed).as_arrays()
    assert {key: value.tobytes() for key, value in first.items()} == {
        key: value.tobytes() for key, value in again.items()
    }
    turned = learn(examples[::-1], embed)
    for text in ("can i take my dog on board", "hello", "why"):
        assert outside(turned, text) == pytest.approx(outside(ferry(), text), abs=1e-6)


def test_a_stored_scope_says_the_same_and_needs_no_pickle() -> None:
    scope = ferry()
    file = io.BytesIO()
    np.savez(file, **scope.as_arrays())  # type: ignore[arg-type]  # numpy's stub says bool
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        read = Scope.from_arrays(stored)
    for one in read_examples(FERRY / "test.jsonl"):
        assert outside(read, one.text) == outside(scope, one.text)
    assert (read.names, read.threshold) == (scope.names, scope.threshold)


@pytest.mark.parametrize("change", ["form", "signals", "points"])
def test_numbers_of_another_version_are_refused(change: str) -> None:
    stored = ferry().as_arrays()
    if change == "points":
        del stored["points"]
    else:
        stored[change] = np.array(99) if change == "form" else np.array(["other"])
    with pytest.raises(OtherForm, match="learn it again"):
        Scope.from_arrays(stored)


def test_many_rows_are_sifted_without_changing_the_answer() -> None:
    pairs = [(a, b) for a in range(31) for b in range(100)]
    examples = [
        Example(f"topic{a} thing{b} of shelf{a} row{b % 7}", f"intent{a}") for a, b in pairs
    ]
    many = learn(examples, embed)
    assert many.outline is not None
    for text, intent in (("topic7 of shelf7", "intent7"), ("topic21 of shelf21", "intent21")):
        vector = embed([text])[0]
        judged = many.judge(text, vector)
        whole = Scope(
            many.names,
            many.threshold,
            many.wording,
            many.rows,
            many.centre,
            many.spread,
            many.weights,
        ).judge(text, vector)
        assert judged.intent == whole.intent == intent
        assert judged.outside == pytest.approx(whole.outside, abs=0.02)


@given(st.text(max_size=300))
@hypothesis(max_examples=150)
def test_any_text_has_a_probability(text: str) -> None:
    scope = ferry()
    first = outside(scope, text)
    assert 0.0 <= first <= 1.0
    assert outside(scope, text) == first


@pytest.mark.parametrize("text", ["", "   ", "!!!", "\u200b", "🙂"])
def test_a_text_without_a_word_is_outside(text: str) -> None:
    assert outside(ferry(), text) == 1.0


@given(
    st.lists(
        st.tuples(st.text(max_size=12), st.sampled_from([None, "a", "b", "c"])),
        max_size=12,
    )
)
@hypothesis(max_examples=10)
def test_any_examples_are_learned_or_refused(rows: list[tuple[str, str | None]]) -> None:
    examples = [Example(text, intent) for text, intent in rows]
    if len({intent for _, intent in rows} - {None}) < 2:
        with pytest.raises(NothingToLearn, match="two intents"):
            learn(examples, embed)
    else:
        scope = learn(examples, embed)
        assert 0.0 <= outside(scope, "anything at all") <= 1.0
        assert 0.0 < scope.threshold < 1.0


@pytest.mark.parametrize("vector", [[0.1] * 3, [float("nan")] * 96, []])
def test_a_vector_of_another_model_is_refused(vector: list[float]) -> None:
    with pytest.raises(ValueError, match="96 finite numbers"):
        ferry().outside("hello", vector)


def test_expecting_more_outside_rejects_more() -> None:
    examples = read_examples(FERRY / "train.jsonl")
    rare, often = (learn(examples, embed, outside_share=share) for share in (0.02, 0.8))
    assert rare.threshold > often.threshold


def test_the_figures_are_what_is_counted_by_hand() -> None:
    tried = Tried(
        chances=np.array([0.1, 0.2, 0.6, 0.9, 0.6, 0.3]),
        truth=np.array([0, 1, 1, -1, -1, -1]),
        guesses=np.array([0, 0, 1, 0, 0, 1]),
        weights=np.ones(6),
    )
    found = figures(tried, 0.5)
    assert found["auroc"] == pytest.approx(7.5 / 9)
    assert found["in_scope_accuracy"] == pytest.approx(1 / 3)
    assert found["in_scope_accuracy_unthresholded"] == pytest.approx(2 / 3)
    assert found["outside_recall"] == pytest.approx(2 / 3)
    assert found["outside_precision"] == pytest.approx(2 / 3)
    assert found["fpr95"] == pytest.approx(1 / 3)  # 0.3 catches all outside, and the 0.6
    assert found["fpr95_in_scope"] == pytest.approx(2 / 3)  # 0.6 keeps all inside: 0.6 and 0.3
    # By hand: right 3 of 6; said outside 3, intent 0 twice, intent 1 once; true 3, 1, 2.
    assert matthews(tried, 0.5) == pytest.approx((3 * 6 - 13) / ((36 - 14) * (36 - 14)) ** 0.5)


def test_the_best_threshold_divides_what_can_be_divided() -> None:
    tried = Tried(
        np.array([0.1, 0.2, 0.7, 0.8]), np.array([0, 1, -1, -1]), np.array([0, 1, 0, 1]), np.ones(4)
    )
    assert 0.2 < best_threshold(tried) <= 0.7


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"text": "x", "intent": "a"}\n\n{"text": "y", "intent": null}\n'),
        ("a.jsonl", '["x", "a"]\n["y", "oos"]\n'),
        ("a.json", '[["x", "a"], {"text": "y", "intent": ""}]'),
        ("a.csv", "sentence,label\nx,a\ny,NO_NODES_DETECTED\n"),
        ("a.csv", '\ufefftext,category\n"x",a\n"y",out_of_scope\n'),
    ],
)
def test_every_form_is_read(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    assert read_examples(file) == [Example("x", "a"), Example("y", None)]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", b'{"text": "x"}\n{"text": \n', "line 2 is no JSON"),
        ("a.jsonl", b'{"intent": "x"}\n', "line 1: text is missing"),
        ("a.jsonl", b'{"text": "x", "intent": ["a"]}\n', "line 1: intent must be"),
        ("a.jsonl", b"17\n", "line 1: an object"),
        ("a.jsonl", b"", "holds no text"),
        ("a.jsonl", b"\xff\xfe", "not UTF-8 at byte 0"),
        ("a.csv", b"one,two\nx,a\n", "line 1: a CSV file begins with"),
        ("a.csv", b'text,label\n"x,a\n' + b"y" * 200_000, "field larger than"),
        ("a.jsonl.gz", b"not gzipped", "cannot be read"),
    ],
)
def test_a_bad_file_is_told_with_its_place(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=says) as refused:
        read_examples(file)
    assert str(file) in str(refused.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no file"):
        read_examples(tmp_path / "nowhere.jsonl")


def test_files_that_do_not_belong_together_are_told() -> None:
    with pytest.raises(NothingToLearn, match="None of the 1 intents"):
        measure(ferry(), [Example("x", "elsewhere")], embed)


def test_an_intent_that_was_not_learned_counts_as_outside() -> None:
    asked = [Example("can i take my dog on board", "pets"), Example("open a bank account", "bank")]
    found = measure(ferry(), asked, embed)
    assert (found["outside"], found["unknown_intents"], found["n"]) == (1, 1, 2)


def test_the_sample_files_hold_every_language() -> None:
    rows = [json.loads(line) for line in (FERRY / "test.jsonl").read_text("utf-8").splitlines()]
    assert {row["language"] for row in rows} == {"en", "zh-Hans", "ms"}
