"""Cutting articles: nothing lost, nothing twice, ids that stay."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retrieval_collection import draft
from retrieval_parts import NOON

from retrieval.articles import Article
from retrieval.passages import Passage, cut, plain, sentences


def article(body: str, title: str = "Title") -> Article:
    written = asdict(replace(draft("pets"), body=body, title=title))
    return Article(**written, version=1, published=True, author="a", saved_at=NOON)


def texts(passages: list[Passage]) -> list[str]:
    return [p.text for p in passages]


LINES = st.lists(
    st.sampled_from(
        ["Some words here.", "", "- item", "1. step", "  nested", "| a | b |", "|---|---|",
         "```", "## Heading", "### Deeper", "> quote", "转到**设置**：", "[x]: /url", "***"]
    ),
    max_size=40,
)  # fmt: skip


@given(LINES, st.integers(20, 200))
def test_nothing_is_lost_and_nothing_comes_twice(lines: list[str], longest: int) -> None:
    body = "\n".join(lines)
    got = [line.strip() for p in cut(article(body), longest=longest) for line in p.text.split("\n")]
    kept = [line for line in got if line and not line.startswith("#")]
    written = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    assert kept == written


@given(LINES)
def test_ids_are_unique_and_no_passage_is_empty(lines: list[str]) -> None:
    passages = cut(article("\n".join(lines) + "\nEnd."))
    assert len({p.id for p in passages}) == len(passages)
    assert all(p.text.strip() for p in passages)
    assert [p.ordinal for p in passages] == list(range(len(passages)))


def test_an_edit_in_one_section_changes_no_other_id_or_hash() -> None:
    body = "Opening.\n\n## One\n\nFirst.\n\n## Two\n\nSecond.\n"
    before = {p.id: p.content_hash for p in cut(article(body))}
    after = {p.id: p.content_hash for p in cut(article(body.replace("First.", "1st, edited.")))}
    assert set(before) == set(after) == {
        "pets.en.overview", "pets.en.one", "pets.en.two",
    }  # fmt: skip
    assert [i for i in before if before[i] != after[i]] == ["pets.en.one"]


def test_removing_the_opening_leaves_the_sections_their_ids() -> None:
    with_opening = cut(article("Hi.\n\n## Overview\n\nText."))
    without = cut(article("## Overview\n\nText."))
    assert with_opening[1].id == without[0].id == "pets.en.overview-2"


def test_steps_tables_and_code_stay_whole_and_with_their_announcement() -> None:
    steps = "\n".join(f"{n}. Do this long step number {n}" for n in range(1, 30))
    table = "| a | b |\n|---|---|\n" + "| x | y |\n" * 60
    code = "```\n" + "line\n\n" * 50 + "```"
    body = f"Do this:\n\n{steps}\n\n{table}\n\n{code}"
    passages = cut(article(body), longest=200)
    assert texts(passages) == [f"Do this:\n\n{steps}", table.strip(), code]


def test_the_same_heading_twice_and_a_chinese_one_have_their_own_anchors() -> None:
    passages = cut(article("## 电子 钱包\n\na\n\n## 电子 钱包\n\nb\n\n## !!!\n\nc"))
    assert [p.anchor for p in passages[:2]] == ["电子-钱包", "电子-钱包-2"]
    assert passages[2].anchor
    assert passages[0].url == "/help/en/pets#电子-钱包"


def test_a_heading_below_another_carries_both() -> None:
    passages = cut(article("## Cards\n\n### Lost\n\nCall us.\n\n## Other\n\nText."))
    assert [p.heading for p in passages] == ["Cards › Lost", "Other"]


def test_a_new_title_is_new_content_for_every_passage() -> None:
    before, after = cut(article("Text.", "One")), cut(article("Text.", "Two"))
    assert before[0].id == after[0].id
    assert before[0].content_hash != after[0].content_hash


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("Open **My trips** and `tap`", "Open My trips and tap"),
        ("See [refunds](article:refunds)", "See refunds"),
        ("点选**離線儲存**", "点选離線儲存"),
    ],
)
def test_plain_text_has_no_marks(markdown: str, words: str) -> None:
    assert plain(markdown) == words


WORDS = st.text("abc ", min_size=1, max_size=20).map(lambda own: f"w {own}".strip())
SECTIONS = st.lists(st.tuples(st.text("xyz", min_size=1, max_size=6), WORDS), min_size=1,
                    max_size=6, unique_by=lambda one: one[0])  # fmt: skip


@given(SECTIONS, st.data())
def test_ids_stay_whatever_is_written_elsewhere(
    sections: list[tuple[str, str]], data: st.DataObject
) -> None:
    edited = data.draw(st.integers(0, len(sections) - 1))
    gone = data.draw(st.integers(0, len(sections) - 1))
    written = [f"## {heading}\n\n{text}\n\n" for heading, text in sections]
    before = {p.heading: (p.id, p.content_hash) for p in cut(article("".join(written)))}
    other = list(written)
    other[edited] = f"## {sections[edited][0]}\n\nAnother text.\n\n"
    del other[gone]
    other.insert(0, "An opening.\n\n")
    after = {p.heading: (p.id, p.content_hash) for p in cut(article("".join(other)))}
    assert set(after) == {"", *(h for n, (h, _) in enumerate(sections) if n != gone)}
    for n, (heading, _) in enumerate(sections):
        if n == gone:
            continue
        assert after[heading][0] == before[heading][0]
        assert (after[heading][1] == before[heading][1]) is (n != edited)


@given(st.text(max_size=200))
def test_any_text_is_cut(body: str) -> None:
    passages = cut(article(body))
    assert passages
    assert len({p.id for p in passages}) == len(passages)


@given(LINES)
def test_a_sentence_is_lost_no_more_than_a_line(lines: list[str]) -> None:
    for passage in cut(article("\n".join(lines))):
        words = "".join(plain(passage.text).split())
        assert "".join("".join(sentences(passage.text)).split()) == words


def test_sentences_end_in_every_language() -> None:
    assert sentences("One. Two! See **v1.2**?") == ["One.", "Two!", "See v1.2?"]
    assert sentences("退款会到账。请等候！谢谢") == ["退款会到账。", "请等候！", "谢谢"]
    assert sentences("- First\n- Second\n\n| a | b |\n|---|---|\n| c | d |") == [
        "First", "Second", "a b", "c d",
    ]  # fmt: skip
