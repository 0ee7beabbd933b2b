"""How well words fit an article: where they stand, and beside what."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_parts import article, keywords, seek

from retrieval.keywords import Keywords
from retrieval.matching import LEVELS, Matches, match


def fits(words: Keywords, text: str, locale: str = "en", hidden: frozenset[int] = frozenset()
         ) -> Matches:  # fmt: skip
    return match(words, seek(words, text, locale), np.arange(len(words.articles)), hidden)


def ahead(one: str, other: str, text: str, locale: str = "en") -> tuple[float, float]:
    """How two articles with these texts (title, then body) fit by pairs, the whole of them."""
    words = keywords(
        article("one", *one.split(" | "), locale=locale),
        article("other", *other.split(" | "), locale=locale),
    )
    both = fits(words, text, locale).pairs["body"]
    return float(both[0]), float(both[1])


def test_words_side_by_side_fit_better_than_scattered_ones() -> None:
    together, scattered = ahead(
        "Signing in | Choose reset password below.",
        "Signing in | Your password is safe. The kiosk can reset itself.",
        "reset password",
    )
    assert together > scattered == 0


def test_chinese_words_are_characters_side_by_side() -> None:
    together, scattered = ahead(
        "短信 | 收不到短信时请重发。",
        "信用 | 很短的等待之后,信用卡会到。",
        "簡訊",
        locale="zh-Hans",
    )
    assert together > scattered == 0


def test_a_pair_does_not_reach_over_a_full_stop() -> None:
    within, across = ahead(
        "Help | Please reset password settings.", "Help | Press reset. Password rules follow.",
        "reset password",
    )  # fmt: skip
    assert within > across == 0


@pytest.mark.parametrize(
    ("level", "best"),
    [("title", "titled"), ("question", "asked"), ("sentence", "said"), ("passage", "said")],
)
def test_each_level_looks_at_its_own_text(level: str, best: str) -> None:
    text = "Something else is told here."
    words = keywords(
        article("titled", "Bicycle parking", text),
        article("asked", "Other", text, questions=("Is there bicycle parking?",)),
        article("said", "More", "We have bicycle parking. Bicycle parking is free."),
    )
    got = fits(words, "bicycle parking")
    assert words.articles[int(np.argmax(got.words[level]))] == best


def test_all_scores_are_shares() -> None:
    words = keywords(article("one", "Bicycle", "Bicycle " * 50), article("two", "Cars"))
    got = fits(words, "bicycle bicycle parking")
    for level in LEVELS:
        for values in (got.words[level], got.pairs[level]):
            assert ((values >= 0) & (values <= 2.2)).all()  # BM25's most for one word, k1 + 1
    assert 0 < got.cover[0] < 1
    assert got.cover[1] == 0


QUESTIONS = st.lists(
    st.lists(st.sampled_from(["dog", "cat", "ferry", "seat", "book"]), min_size=1, max_size=4),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=40)
@given(QUESTIONS, st.data())
def test_hidden_questions_look_as_if_nobody_had_written_them(
    asked: list[list[str]], data: st.DataObject
) -> None:
    words = keywords(
        article("one", "Title", questions=tuple(" ".join(own) for own in asked)),
        article("two", "Dogs", "A dog on the ferry.", questions=("seat for a dog",)),
    )
    own = [n for n, owner in enumerate(words.question_article) if owner == 0][1:]
    hidden = frozenset(data.draw(st.sets(st.sampled_from(own))))
    text = " ".join(data.draw(QUESTIONS)[0])
    alone = {n: fits(words, text, hidden=frozenset(own) - {n}) for n in own}
    seen, open_ = fits(words, text, hidden=hidden), fits(words, text)
    left = [n for n in own if n not in hidden]
    for kind in ("words", "pairs"):
        each = [float(getattr(alone[n], kind)["question"][0]) for n in left]
        assert float(getattr(seen, kind)["question"][0]) == pytest.approx(max(each, default=0.0))
        for level in set(LEVELS) - {"question"}:
            assert getattr(seen, kind)[level] == pytest.approx(getattr(open_, kind)[level])
    assert int(seen.best_question[0]) not in hidden
    if not left:
        assert seen.question_cover[0] == 0
        assert seen.best_question[0] == -1
    assert seen.words["question"][1] == pytest.approx(open_.words["question"][1])


def test_nothing_is_asked_and_nobody_is_looked_at() -> None:
    words = keywords(article("one", "Bicycle"))
    assert fits(words, "").words["body"].tolist() == [0.0]
    assert fits(words, "unheard").cover.tolist() == [0.0]
    assert match(words, seek(words, "bicycle"), np.zeros(0, np.int64)).words["body"].tolist() == []


def test_a_passage_without_words_is_one_of_the_articles_passages() -> None:
    words = keywords(article("one", "Bicycle", "***"), article("two", "Bicycle", "Text. "))
    got = fits(words, "bicycle")
    assert got.passages.tolist() == [0, 1]
    assert (got.words["title"] > 0).all()
    assert got.words["sentence"].tolist() == [0.0, 0.0]


def test_two_neighbouring_sentences_are_read_together() -> None:
    words = keywords(
        article("near", "Help", "Bring your dog. It needs a basket. Soup is free. Tea is not."),
        article("far", "Help", "Bring your dog. Soup is free. Tea is not. It needs a basket."),
    )
    got = fits(words, "dog basket")
    assert got.words["window"][0] > 1.5 * got.words["window"][1] > 0
    assert got.words["sentence"][0] == pytest.approx(got.words["sentence"][1])
    assert got.words["window"][1] > 0.5 * got.words["sentence"][1]
