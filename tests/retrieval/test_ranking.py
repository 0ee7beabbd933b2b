"""The articles of one language that may fit, helped by the other languages."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_parts import article, ranker

from retrieval.analysis import LANGUAGES
from retrieval.articles import Article
from retrieval.matching import LEVELS
from retrieval.ranking import FEATURES, VERBATIM, Question, Ranker, Ranking


def ranked(of: Ranker, text: str, locale: str = "en", allowed: list[bool] | None = None) -> Ranking:
    may = None if allowed is None else np.array(allowed)
    return of.rank(Question(text, []), locale, may, mode="keywords")


def names(of: Ranker, ranking: Ranking) -> list[str]:
    return [of.locales[ranking.locale].keywords.articles[int(n)] for n in ranking.order]


BOTH = (
    article("parking", "Leaving your vehicle", "Spaces behind the pier are guarded."),
    article("luggage", "What you may bring", "Two bags are free of charge."),
    article("parking", "Letak kereta", "Tempat letak kereta dikawal di Langkawi.", locale="ms"),
    article("luggage", "Apa yang boleh dibawa", "Dua beg percuma.", locale="ms"),
)


def test_an_article_is_found_by_the_words_it_has_in_another_language() -> None:
    both, alone = ranker(*BOTH), ranker(*BOTH[:2])
    assert names(alone, ranked(alone, "langkawi")) == []
    ranking = ranked(both, "langkawi")
    assert names(both, ranking) == ["parking"]
    assert ranking.of("siblings")[0] > 0
    assert ranking.of("words_body")[0] == 0


def test_an_article_that_no_other_language_has_stands_alone() -> None:
    of = ranker(*BOTH, article("only", "Langkawi", locale="ms"))
    assert names(of, ranked(of, "langkawi")) == ["parking"]
    mapped = of.counterparts("ms", np.arange(3), "en")
    assert mapped.tolist() == [0, 1, -1]
    assert of.counterparts("en", np.arange(2), "ms").tolist() == [0, 1]


def test_who_may_not_be_shown_is_in_no_ranking() -> None:
    of = ranker(*BOTH)
    asked = "leaving a vehicle with bags"
    assert names(of, ranked(of, asked, allowed=[True, True])) == ["parking", "luggage"]
    assert names(of, ranked(of, asked, allowed=[False, True])) == ["luggage"]
    assert names(of, ranked(of, "langkawi", allowed=[False, True])) == []


def test_the_passage_with_the_words_comes_first() -> None:
    body = "Opening.\n\n## Dogs\n\nDogs stay on the lead.\n\n## Cats\n\nCats stay in a basket."
    of = ranker(article("pets", "Pets on board", body), article("food", "Food", "We sell soup."))
    ranking = ranked(of, "is a basket needed for cats")
    best, share = of.passages(ranking, 0)[0]
    assert of.locales["en"].passages[best].heading == "Cats"
    assert share == 1.0
    assert [s for _, s in of.passages(ranking, 0)] == sorted(
        (s for _, s in of.passages(ranking, 0)), reverse=True
    )


def test_what_nobody_speaks_of_is_unmatched() -> None:
    of = ranker(*BOTH)
    assert ranked(of, "vehicle").unmatched == pytest.approx(0.0, abs=1e-6)
    assert 0 < ranked(of, "vehicle submarine").unmatched < 1
    assert ranked(of, "submarine").unmatched == 1.0


def test_what_was_said_before_counts_less() -> None:
    of = ranker(*BOTH)
    asked = Question("bags", [], (("vehicle", 0.2),))
    ranking = of.rank(asked, "en", mode="keywords")
    assert names(of, ranking)[0] == "luggage"
    assert asked.completed == "vehicle bags"
    turned = of.rank(Question("vehicle", [], (("bags", 0.2),)), "en", mode="keywords")
    assert names(of, turned)[0] == "parking"


LURE = "Cancel a ferry. Cancel a booking of a ferry, and a room is cancelled with the booking."


@pytest.mark.parametrize(
    ("locale", "asked"), [("en", "Cancel the room of a booking?"), ("zh-Hant", "怎麼取消訂房？")]
)
def test_a_question_written_for_an_article_is_answered_by_it(locale: str, asked: str) -> None:
    """Also where another article has more of its words."""
    lure = "取消訂房。怎麼取消渡輪訂房。" if locale != "en" else LURE
    ferry = article("ferry", asked.rstrip("？?") + " " + lure, lure, locale=locale)
    stay = {"title": "Hotels" if locale == "en" else "住宿", "locale": locale}
    taught = ranker(ferry, article("stay", **stay, questions=(asked,)))
    untaught = ranker(ferry, article("stay", **stay))
    assert names(untaught, ranked(untaught, asked, locale))[0] == "ferry"
    ranking = ranked(taught, asked, locale)
    assert names(taught, ranking)[0] == "stay"
    assert ranking.score[0] - ranking.score[1] == pytest.approx(VERBATIM)
    said_before = Question(asked, [], ((lure, 0.5),))
    assert names(taught, taught.rank(said_before, locale, mode="keywords"))[0] == "stay"
    unseen = {locale: frozenset(range(4))}
    hidden = taught.rank(Question(asked, []), locale, None, unseen, mode="keywords")
    assert names(taught, hidden)[0] == "ferry"


TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "",
        "# Heading",
        "***",
        "a" * 10_000,
        "退" * 3000,
        "## ",
        "的了吗",
        "|a|b|\n|-|-|",
        "PAY-402 退款",
    ]
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.sampled_from(LANGUAGES)), min_size=1, max_size=4),
    st.lists(TEXTS, min_size=1, max_size=3),
)
def test_no_article_and_no_question_breaks_it(
    written: list[tuple[str, str, str, str]], asked: list[str]
) -> None:
    made: dict[tuple[str, str], Article] = {}
    for n, (title, body, question, locale) in enumerate(written):
        name = f"a{n % 2}"
        made[name, locale] = article(name, title, body, locale=locale, questions=(question,))
    of = ranker(*made.values())
    for text in (*asked, written[0][0], written[-1][1]):
        for locale in of.locales:
            ranking = ranked(of, text, locale)
            assert ranking.values.shape == (len(ranking.order), len(FEATURES))
            assert np.isfinite(ranking.values).all()
            assert np.isfinite(ranking.score).all()
            assert set(ranking.matches.words) == set(LEVELS)
            for nth in range(len(ranking.order)):
                assert of.passages(ranking, nth)
