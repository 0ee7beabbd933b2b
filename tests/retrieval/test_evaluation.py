"""Measuring a collection: what is asked, of what index, and what the figures say."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from retrieval_parts import NOON, Clock, Database, database

from retrieval import articles, trial
from retrieval.beir import Document, Question
from retrieval.evaluation import Said, judge, measure_confidence, measure_retrieval, resident_mib
from retrieval.index import Index
from retrieval.settings import RetrievalSettings
from retrieval.trial import Judged, Trial

GARDEN = [
    Document("tools/spade.md", "Sharpen a spade", "Hold the file at 45 degrees and push."),
    Document("工具/灌溉 很长" * 60, "Water tomatoes", "Tomatoes need water every morning."),
    Document("frost", "", "Cover the lemon tree with fleece before the first frost."),
    Document("bees", "Keep bees", "A hive stands in the morning sun, out of the wind."),
    Document("bees-again", "Keep bees", "A hive stands in the morning sun, out of the wind."),
    Document("only a title", "Prune roses", ""),
    Document("blank", " ", "\n"),
]
GRADES = {
    "q1": {"tools/spade.md": 2, "bees": 0},
    "q2": {"工具/灌溉 很长" * 60: 1},
    "q3": {"frost": 1},
    "q4": {"only a title": 1},
    "q5": {"blank": 1},
    "q6": {"gone": 1},
    "q7": {"frost": 0},
    "q8": {"bees": 1},
}
QUESTIONS = [
    Question("q1", "At what angle do I file the spade?"),
    Question("q2", "How often do tomatoes need water?"),
    Question("q3", "What do I cover the lemon tree with?"),
    Question("q4", "How are roses pruned?"),
    Question("q5", "What does the blank page say?"),
    Question("q6", "Who took the page away?"),
    Question("q7", "Is a worthless judgement one?"),
    Question("q8", "  "),
    Question("q9", "Nobody judged this one."),
]


@dataclass
class Measured:
    """The garden, indexed; nobody may change it."""

    trial: Trial
    store: Database


@pytest.fixture(scope="module")
def garden(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    """Index the garden once, in a home of its own."""
    home = tmp_path_factory.mktemp("garden")
    (home / "models").symlink_to(model_home / "models")
    store = database(home / "garden.db")
    index = Index(store, home, RetrievalSettings(), Clock())
    tried = trial.prepare(
        GARDEN,
        locale=trial.spoken(GARDEN),
        index=index,
        store=store,
        now=NOON,
        progress=lambda _: None,
    )
    yield Measured(tried, store)
    index.close()
    store.engine.dispose()


def ignore(done: int, total: int) -> None:
    """Nobody watches."""


def test_what_cannot_be_asked_is_counted() -> None:
    chosen, left = trial.judged(QUESTIONS, GRADES, GARDEN, None)
    assert [one.question.id for one in chosen] == ["q1", "q2", "q3", "q4", "q5"]
    assert chosen[0].relevant == {"tools/spade.md": 2}  # a worthless one is not relevant
    assert (left.unjudged, left.without_document, left.empty_questions) == (2, 1, 1)
    assert (left.empty_documents, left.repeated_documents) == (1, 1)


def test_a_limit_takes_the_first_questions_that_can_be_asked() -> None:
    backwards = QUESTIONS[::-1]
    chosen, _ = trial.judged(backwards, GRADES, GARDEN, 2)
    assert [one.question.id for one in chosen] == ["q5", "q4"]


def test_half_of_the_documents_goes_and_their_questions_lose_their_answer() -> None:
    half = trial.halved(GARDEN, 3)
    assert len(half) == 4
    assert half == [one for one in GARDEN if one in half]
    assert half == trial.halved(GARDEN, 3)
    assert any(half != trial.halved(GARDEN, seed) for seed in range(5))
    chosen, _ = trial.judged(QUESTIONS, GRADES, GARDEN, None)
    there = {one.id for one in half}
    for before, after in zip(chosen, trial.only_there(chosen, half), strict=True):
        assert after.question == before.question
        assert set(after.relevant) == set(before.relevant) & there


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (("The hive stands in the sun.", "花园里有蜜蜂。", "Water them every day."), "en"),
        (("蜜蜂住在蜂箱里，夏天采蜜。", "浇水要在早上。"), "zh-Hans"),
        (("蜜蜂住在蜂箱裡，夏天採蜜。", "澆水要在早上。"), "zh-Hant"),
        (("Sarang lebah itu terletak di taman.", "Pokok ini perlu disiram setiap pagi."), "ms"),
        (("",), "en"),
    ],
)
def test_the_language_of_a_collection_is_that_of_most(
    texts: tuple[str, ...], language: str
) -> None:
    documents = [Document(str(n), "", text) for n, text in enumerate(texts)]
    assert trial.spoken(documents) == language


def test_a_collection_with_odd_ids_and_empty_titles_is_measured(garden: Measured) -> None:
    tried = garden.trial
    assert tried.locale == "en"
    assert set(tried.documents.values()) == {one.id for one in GARDEN if one.id != "blank"}
    chosen, _ = trial.judged(QUESTIONS, GRADES, GARDEN, None)
    told: list[tuple[int, int]] = []
    for mode in ("hybrid", "keywords", "dense"):
        found = measure_retrieval(tried, chosen, mode, lambda *at: told.append(at))
        assert found["n"] == 5
        assert found["recall@10"] == pytest.approx(4 / 5)  # the blank one cannot be found
        assert found["mrr@10"] <= 4 / 5
        assert found["mode"] == mode
    assert told == [(n, 5) for n in range(1, 6)] * 3
    best = measure_retrieval(tried, chosen, "hybrid", ignore)
    assert best["recall@1"] == best["ndcg@10"] == best["mrr@10"] == pytest.approx(4 / 5)
    assert best["build_s"] > 0
    assert best["passages"] >= 6


def test_titles_are_stored_as_they_are(garden: Measured) -> None:
    tried = garden.trial
    titles = {tried.documents[a.id]: a.title for a in garden.store.read(articles.published)}
    assert titles["frost"] == ""
    assert titles["tools/spade.md"] == "Sharpen a spade"


def test_the_ranking_is_the_one_that_answers_rest_on(garden: Measured) -> None:
    tried = garden.trial
    for question in QUESTIONS[:4]:
        evidence, ms = tried.evidence(question.text)
        assert tried.shown(evidence)[0] == tried.ranking(question.text, "hybrid")[0]
        assert len(tried.shown(evidence)) <= 3
        assert ms > 0
    assert tried.shown(tried.evidence("")[0]) == []


def test_a_question_that_was_asked_before_is_not_timed_again(garden: Measured) -> None:
    tried = garden.trial
    twice = [Judged(Question(str(n), "When do I water?"), {"frost": 1}) for n in range(2)]
    spent = [ms for _, _, ms in trial.timed(tried, twice)]
    assert spent[0] > 0
    assert math.isnan(spent[1])
    assert measure_retrieval(tried, twice, "hybrid", ignore)["ms_p99"] > 0


def test_confidence_figures_come_from_what_is_shown(garden: Measured) -> None:
    tried = garden.trial
    chosen, _ = trial.judged(QUESTIONS[:4], GRADES, GARDEN, None)
    lost = Judged(Question("u", "What is the capital of Peru?"), {})
    found = measure_confidence(tried, [*chosen, lost], ignore)
    assert (found["n"], found["answerable"], found["unanswerable"]) == (5, 4, 1)
    assert found["right"] == found["right_first"] == 4
    assert found["auroc"] == found["auroc_answerable"] == 1
    assert found["wrong@60"] == 0


def test_what_is_judged_of_answers() -> None:
    said = [
        Said(0.9, right=True, first=True, answerable=True),
        Said(0.8, right=False, first=False, answerable=True),
        Said(0.3, right=True, first=True, answerable=True),
        Said(0.2, right=False, first=False, answerable=False),
    ]
    figures = judge(said)
    assert figures["auroc"] == 0.75  # of right against wrong answers
    assert figures["auroc_answerable"] == 1  # the wrong answer's question was answerable
    assert figures["brier"] == pytest.approx((0.1**2 + 0.8**2 + 0.7**2 + 0.2**2) / 4)
    assert figures["ece"] == pytest.approx((0.1 + 0.8 + 0.7 + 0.2) / 4)
    assert figures["coverage@5"] == figures["coverage@10"] == 1 / 4
    assert figures["wrong@60"] == pytest.approx(1 / 3)  # two of four are too few: three
    assert (figures["answerable"], figures["unanswerable"], figures["right"]) == (3, 1, 2)


def test_one_kind_of_question_alone_has_no_auroc() -> None:
    figures = judge([Said(0.9, right=True, first=True, answerable=True)])
    assert figures["auroc"] is None
    assert figures["auroc_answerable"] is None


def test_the_memory_of_this_process_is_told() -> None:
    held = resident_mib()
    assert held is None or 10 < held < 100_000


def test_the_articles_have_the_date_they_were_given(garden: Measured) -> None:
    assert {a.saved_at for a in garden.store.read(articles.published)} == {NOON}
