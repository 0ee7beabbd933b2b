"""What a model's marks, links and numbers are allowed to be."""

import pytest

from bot.answering import citations
from tests.bot.answering.samples import HOLD, STEPS, passage

PASSAGES = [passage(), passage(STEPS, article="steps"), passage("Third.", article="third")]


@pytest.mark.parametrize(
    ("text", "expected", "articles"),
    [
        ("A [1].", "A [1].", ["payments-charged-twice"]),
        ("A [3]. B [1]. C [3].", "A [1]. B [2]. C [1].", ["third", "payments-charged-twice"]),
        ("A [1, 3].", "A [1][2].", ["payments-charged-twice", "third"]),
        ("好【2】。", "好[1]。", ["steps"]),
        ("A [^2].", "A [1].", ["steps"]),
        ("A [passage 2].", "A [1].", ["steps"]),
        ("A [2]. B [9].", "A [1]. B.", ["steps"]),
        ("No mark here. A [2].", "No mark here. A [1].", ["steps"]),
        ("A [2] and `b[1]`.", "A [1] and `b[1]`.", ["steps"]),
        ("A [1](/help/x) [2].", "A [1](/help/x) [1].", ["steps"]),
    ],
)
def test_marks_are_kept_if_they_point_somewhere(
    text: str, expected: str, articles: list[str]
) -> None:
    checked = citations.check(text, PASSAGES)
    assert checked is not None
    assert checked[0] == expected
    assert [cited.article for cited in checked[1]] == articles
    assert {cited.text for cited in checked[1]} <= {one.text for one in PASSAGES}


@pytest.mark.parametrize(
    "text", ["", "No mark.", "A [0].", "A [9].", "A [1]. B [8]. C [9].", "[x]"]
)
def test_a_text_that_rests_on_nothing_is_none(text: str) -> None:
    assert citations.check(text, PASSAGES) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [("A [1]. B", "A. B"), ("A [", "A"), ("A [1", "A"), ("A [1, ", "A"), ("A [link", "A [link")],
)
def test_a_draft_shows_no_marks(text: str, shown: str) -> None:
    assert citations.without_marks(text) == shown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("[a](/help/en/x)", "[a](/help/en/x)"),
        ("[a](https://evil.example)", "a"),
        ("![a](https://evil.example/p.png)", "a"),
        ("![a](/help/en/x)", "a"),
        ("[a](javascript:alert(1))", "a)"),
        ("see https://evil.example/x?y=1, then", "see , then"),
        ("see https://good.example/y.", "see https://good.example/y."),
        ("see www.evil.example.", "see ."),
        ("`https://code.example`", "`https://code.example`"),
    ],
)
def test_only_links_of_the_sources_are_kept(text: str, kept: str) -> None:
    sources = ["[b](/help/en/x) and https://good.example/y."]
    assert citations.known_links_only(text, sources) == kept


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("It takes 3–5 days [1].", set()),
        ("It takes 24 hours [12].", set()),
        ("1. Open\n2. Count\n  7) Go\n**9.** x", set()),
        ("It takes 14 days.", {"14"}),
        ("It costs 1,200.50 MYR.", {"1200.50"}),
        ("It takes ２４ hours.", set()),
        ("At 22:00.", {"22:00"}),
    ],
)
def test_numbers_must_stand_in_a_source(text: str, unknown: set[str]) -> None:
    assert citations.unknown_numbers(text, [HOLD]) == unknown
