"""The word index: what it finds, and that a changed one is as good as a new one."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_parts import LONG, article, found, keywords, seek, unit_of

from retrieval.analysis import BREAK, Part, sequence, terms
from retrieval.keywords import Keywords, Sought, Unit
from retrieval.matching import LEVELS, match

Terms = tuple[str, ...]
Written = tuple[tuple[Terms, ...], list[tuple[Terms, ...]]]
"""An article's questions and passages."""
Step = tuple[dict[str, Written], set[str]]
"""Articles that come or change, and some that go."""
WORDS = ("ferry", "refund", "password", "reset", "pay402", "=pay402", "退", "款", "~refund", "dog")
TERMS = st.lists(st.sampled_from((*WORDS, BREAK)), max_size=8).map(tuple)
SENTENCES = st.lists(TERMS, max_size=4).map(tuple)
BODIES = st.lists(SENTENCES, min_size=1, max_size=3)
QUESTIONS = st.lists(TERMS, min_size=1, max_size=3).map(tuple)
ASKED = st.lists(st.sampled_from((*WORDS, "nobody")), min_size=1, max_size=5)
NAMES = st.sampled_from("abcdef")
STEPS = st.lists(
    st.tuples(st.dictionaries(NAMES, st.tuples(QUESTIONS, BODIES), max_size=3), st.sets(NAMES)),
    max_size=5,
)


def made(name: str, questions: tuple[Terms, ...], body: list[tuple[Terms, ...]]) -> Unit:
    return Unit(name, questions, tuple((f"{name}.{n}", own) for n, own in enumerate(body)))


def sought(words: Keywords, asked: list[str]) -> Sought:
    said = [Part(((term, 1.0),), 1.0, follows=n > 0) for n, term in enumerate(asked)]
    return words.seek([(part, 1.0) for part in said])


def seen(words: Keywords, asked: list[str]) -> dict[str, dict[str, float]]:
    """How every article fits, by name."""
    got = match(words, sought(words, asked), np.arange(len(words.articles)))
    table: dict[str, dict[str, float]] = {}
    for row, number in enumerate(got.articles.tolist()):
        fits = {f"words {level}": float(got.words[level][row]) for level in LEVELS}
        fits |= {f"pairs {level}": float(got.pairs[level][row]) for level in LEVELS}
        fits["cover"], fits["pair cover"] = float(got.cover[row]), float(got.pair_cover[row])
        fits["question cover"] = float(got.question_cover[row])
        table[words.articles[number]] = fits
    return table


def assert_same(one: Keywords, other: Keywords, asked: list[str]) -> None:
    assert set(one.articles) == set(other.articles)
    assert sorted(one.passages) == sorted(other.passages)
    for level in LEVELS:
        assert one.usual_length(level) == pytest.approx(other.usual_length(level))
    first, second = sought(one, asked), sought(other, asked)
    assert first.weights == pytest.approx(second.weights)
    assert first.pair_weights == pytest.approx(second.pair_weights)
    assert {one.articles[n] for n in one.candidates(first, 40, None)} == {
        other.articles[n] for n in other.candidates(second, 40, None)
    }
    left, right = seen(one, asked), seen(other, asked)
    for name, fits in left.items():
        assert fits == pytest.approx(right[name], abs=1e-5), name


@settings(max_examples=60)
@given(STEPS, ASKED)
def test_a_changed_index_is_as_good_as_a_new_one(
    steps: list[Step],
    asked: list[str],
) -> None:
    held: dict[str, Unit] = {}
    changing = Keywords.build([])
    for written, removed in steps:
        changed = {name: made(name, *own) for name, own in written.items() if name not in removed}
        changing = changing.updated(changed, removed)
        held = {n: u for n, u in held.items() if n not in removed} | changed
    assert_same(changing, Keywords.build(list(held.values())), asked)


def many(count: int, edition: int = 0) -> Mapping[str, Unit]:
    return {
        f"a{n}": made(
            f"a{n}",
            (("article", f"number{n}"), (f"number{n}", "trouble")),
            [(("common", f"number{n}", f"edition{edition}"), (f"group{n % 9}", "end"))],
        )
        for n in range(count)
    }


def test_hundreds_of_changed_articles_are_found_as_in_a_new_index() -> None:
    words = Keywords.build(list(many(1000).values()))
    newer = many(1000, edition=1)
    for start in range(0, 360, 90):
        words = words.updated({f"a{n}": newer[f"a{n}"] for n in range(start, start + 90)}, set())
    assert len(words.postings.beside.articles) <= 300  # the index was built anew on the way
    fresh = Keywords.build(
        [unit for name, unit in many(1000).items() if int(name[1:]) >= 360]
        + [newer[f"a{n}"] for n in range(360)]
    )
    for asked in (["number20"], ["number359", "edition1"], ["number600", "group6"]):
        assert_same(words, fresh, asked)


def test_what_lies_beside_the_index_does_not_crowd_a_question() -> None:
    words = Keywords.build(list(many(700).values())).updated(
        {f"a{n}": unit for n, unit in enumerate(many(250, edition=1).values())}, set()
    )
    asked = sought(words, ["common", "number17"])
    chosen = words.candidates(asked, 40, None)
    assert len(chosen) <= 80
    assert "a17" in {words.articles[n] for n in chosen}


@settings(max_examples=20)
@given(st.dictionaries(NAMES, st.tuples(QUESTIONS, BODIES)), STEPS, ASKED)
def test_what_was_saved_is_what_is_loaded(
    tmp_path_factory: pytest.TempPathFactory,
    written: dict[str, Written],
    steps: list[Step],
    asked: list[str],
) -> None:
    words = Keywords.build([made(name, *own) for name, own in written.items()])
    for later, removed in steps[:1]:  # one with articles beside its index is saved whole
        words = words.updated({name: made(name, *own) for name, own in later.items()}, removed)
    folder: Path = tmp_path_factory.mktemp("words")
    words.save(folder)
    assert_same(Keywords.load(folder), words, asked)


def test_an_index_with_articles_beside_it_is_saved_whole(tmp_path: Path) -> None:
    words = Keywords.build(list(many(9).values()))
    words = words.updated({"a2": many(9, edition=7)["a2"], "new": many(20)["a19"]}, {"a5"})
    words.save(tmp_path / "words")
    for asked in (["number19"], ["edition7"], ["number5"], ["number8", "edition0"]):
        assert_same(Keywords.load(tmp_path / "words"), words, asked)


PAYMENTS = keywords(
    article("pay-402", "Error PAY-402", "The card was declined."),
    article("pay-403", "Error PAY-403", "The card has expired."),
    article("passwords", "Reset your password", "Choose a new password and confirm it."),
)


@pytest.mark.parametrize("text", ["PAY-402", "pay 402", "what is error pay402?", "PAY402"])
def test_a_code_finds_its_article_however_it_is_typed(text: str) -> None:
    asked = seek(PAYMENTS, text)
    got = match(PAYMENTS, asked, PAYMENTS.candidates(asked, 40, None))
    best = int(got.articles[np.argmax(got.words["title"])])
    assert PAYMENTS.articles[best] == "pay-402"


@pytest.mark.parametrize("typed", ["pasword", "passwrod", "passwort", "passsword"])
def test_one_slip_finds_the_word(typed: str) -> None:
    assert found(PAYMENTS, typed) == ["passwords"]


@pytest.mark.parametrize("typed", ["psswrd", "zassword", "wordpass", "PAY-999", "expiredness"])
def test_more_than_a_slip_finds_nothing(typed: str) -> None:
    assert "passwords" not in found(PAYMENTS, typed)


def test_of_two_words_one_slip_away_the_common_one_is_meant() -> None:
    words = keywords(
        article("one", "Porters", "The porters wait."),
        *(article(f"p{n}", f"Posters {n}", "Hang up posters.") for n in range(3)),
    )
    assert found(words, "poters") == found(words, "pooters") == ["p0", "p1", "p2"]


def test_a_word_of_articles_that_are_gone_is_no_word() -> None:
    words = keywords(article("one", "Porters"), article("two", "Posters")).updated({}, {"two"})
    assert words.starting_with("po") == ["porter"]
    assert found(words, "posters") == ["one"]  # a slip away from the only word that is left


def test_words_grow_from_their_start() -> None:
    words = keywords(article("one", "Refunds", "Refunding takes days."), article("two", "Reset"))
    assert words.starting_with("ref") == ["refund"]
    assert set(words.starting_with("re")) == {"refund", "reset"}
    assert words.starting_with("zz") == []
    assert len(words.starting_with("", 1)) == 1


@pytest.mark.parametrize(
    ("text", "reached"), [("menukar", True), ("tukarkan", True), ("bakar", False)]
)
def test_malay_affixes_are_no_other_words(text: str, reached: bool) -> None:
    words = keywords(
        article("change", "Tukar tarikh", "Tarikh boleh ditukar.", locale="ms"),
        article("cancel", "Batal tempahan", "Tempahan boleh dibatalkan.", locale="ms"),
    )
    assert ("change" in found(words, text, "ms")) is reached


def test_twins_are_questions_in_nearly_the_same_words() -> None:
    words = keywords(
        article("one", "Refunds", questions=("Where is my refund?", "How do I change a seat?")),
        article("two", "Seats", questions=("Where is my refund?",)),
    )
    number = words.place["one"]
    asked = [n for n, owner in enumerate(words.question_article) if owner == number]
    assert words.twins(terms("where is the refund", "en"), number) == {asked[1]}
    assert words.twins(terms("change my seat", "en"), number) == {asked[2]}
    assert words.twins(terms("where is my dog", "en"), number) == frozenset()


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("Where is my refund?", [True, False, True]),
        ("where is the REFUND", [True, False, True]),  # without stop words, as everywhere
        ("How do I change a seat?", [True, False, False]),
        ("a seat change, how", [False, False, False]),  # the order is part of it
        ("Where is my refund for the seat?", [False, False, False]),
        ("Where is my hovercraft?", [False, False, False]),
        ("Seats", [False, True, False]),  # a title
        ("is it the", [False, False, False]),
    ],
)
def test_a_question_that_an_article_has_word_for_word(asked: str, held: list[bool]) -> None:
    words = keywords(
        article("one", "Refunds", questions=("Where is my refund?", "How do I change a seat?")),
        article("two", "Seats", questions=("Is it?",)),
        article("three", "Money", questions=("When?", "Where is my refund?")),
    )
    places = np.array([words.place[name] for name in ("one", "two", "three")])
    assert words.verbatim(sequence(asked, "en"), places).tolist() == held
    hidden = frozenset(range(len(words.question_article)))
    assert not words.verbatim(sequence(asked, "en"), places, hidden).any()
    assert words.verbatim(sequence(asked, "en"), places[:0]).tolist() == []


def test_numbers_tell_articles_apart_and_other_words_hardly() -> None:
    words = keywords(
        article("one", "Paying by card", LONG),
        article("copy", "Paying by cards", f"{LONG} Thanks."),
        article("code-1", "Mistake 1401", LONG),
        article("code-2", "Mistake 1402", LONG),
        article("code-3", "Mistake", LONG),
        article("other", "Pets", "Dogs travel free."),
    )
    place = words.place
    assert words.alike(place["one"], place["copy"])
    assert words.alike(place["one"], place["code-3"])
    assert not words.alike(place["code-1"], place["code-2"])
    assert not words.alike(place["code-1"], place["code-3"])
    assert not words.alike(place["one"], place["other"])


def test_the_first_candidates_have_the_words_that_are_rare() -> None:
    words = Keywords.build(list(many(300).values()))
    chosen = words.candidates(sought(words, ["common", "number123"]), 5, None)
    assert "a123" in {words.articles[n] for n in chosen}


def test_who_may_not_be_shown_is_no_candidate() -> None:
    words = Keywords.build(list(many(60).values())).updated(many(4, edition=1), set())
    may = np.array([name not in ("a1", "a50") for name in words.articles])
    for asked in (["number1"], ["number50"], ["common"]):
        chosen = words.candidates(sought(words, asked), 100, may)
        assert not {"a1", "a50"} & {words.articles[n] for n in chosen}


def test_an_index_without_articles_finds_nothing() -> None:
    nothing = Keywords.build([])
    assert found(nothing, "refund") == []
    emptied = keywords(article("one", "Refunds")).updated({}, {"one"})
    assert found(emptied, "refund") == []
    assert emptied.candidates(seek(emptied, "refund"), 40, np.zeros(0, np.bool_)).tolist() == []
    assert found(emptied.updated({"two": unit_of(article("two", "Refunds"))}, set()), "refund") == [
        "two"
    ]
