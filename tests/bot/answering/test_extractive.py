"""Quoting: verbatim, whole steps, the right parts of one article."""

import pytest

from bot.answering import markdown
from bot.answering.answer import Question
from bot.answering.answerers import extractive, scripted
from bot.answering.answerers.extractive import LONGEST, quote
from bot.answering.settings import AnsweringSettings
from tests.bot.answering.samples import HOLD, STEPS, TABLE, evidence, passage

STEPS_SHOWN = STEPS.replace("article:payments-pending", "/help/en/payments-pending")


def test_steps_stay_whole_and_links_lead_to_the_help_pages() -> None:
    answer = quote(evidence(passage(STEPS)), "en")
    assert answer.text == f"**When the hold is released**\n\n{STEPS_SHOWN} [1]"
    assert answer.citations[0].text == STEPS
    assert answer.degraded is None


def test_a_table_keeps_its_shape_and_the_mark_stands_below() -> None:
    answer = quote(evidence(passage(TABLE)), "en")
    assert answer.text.endswith(f"{TABLE}\n\n[1]")


def test_close_passages_of_the_best_article_are_quoted_in_its_order() -> None:
    first, second = passage(HOLD, ordinal=2), passage(STEPS, ordinal=1, heading="Check")
    other = passage("Something else.", article="other", ordinal=0)
    answer = quote(evidence(first, other, second, scores=(1.0, 0.99, 0.9)), "en")
    assert answer.text == (
        f"**Check**\n\n{STEPS_SHOWN} [1]\n\n**When the hold is released**\n\n{HOLD} [2]"
    )
    assert [cited.passage for cited in answer.citations] == [second.id, first.id]


def test_a_distant_passage_is_left_out_but_the_opening_may_be_further() -> None:
    best, distant = passage(ordinal=2), passage("Ask your bank for the rest.", ordinal=3)
    opening = passage("In short: wait.", ordinal=0, heading="")
    answer = quote(evidence(best, distant, opening, scores=(1.0, 0.7, 0.65)), "en")
    assert answer.text.startswith("In short: wait. [1]")
    assert len(answer.citations) == 2


def test_never_more_than_three_nor_longer_than_the_limit() -> None:
    many = [passage(f"word{n} " * 40, ordinal=n) for n in range(1, 6)]
    answer = quote(evidence(*many, scores=(1.0,) * 5), "en")
    assert len(answer.citations) == 3
    long = [passage(f"word{n} " * 110, ordinal=n) for n in range(1, 6)]
    assert len(quote(evidence(*long, scores=(1.0,) * 5), "en").citations) == 1


def test_a_long_passage_ends_with_a_whole_block() -> None:
    text = "\n\n".join([HOLD, "First, then: " + "x" * 990, "It goes on:", STEPS, "The end. " * 40])
    answer = quote(evidence(passage(text)), "en")
    quoted = answer.citations[0].text
    assert text.startswith(quoted)
    assert quoted.endswith("x")
    assert len(quoted) <= LONGEST


def test_a_list_longer_than_the_limit_is_still_whole() -> None:
    steps = "\n".join(f"{n}. {'step ' * 20}".rstrip() for n in range(1, 31))
    assert quote(evidence(passage(f"Do this:\n\n{steps}\n\nMore.")), "en").citations[0].text == (
        f"Do this:\n\n{steps}"
    )


def test_an_endless_paragraph_is_cut_at_a_sentence() -> None:
    quoted = quote(evidence(passage("It goes on and on. " * 100_000)), "en").citations[0].text
    assert quoted.endswith("on.")
    assert len(quoted) <= markdown.LONGEST_PART


def test_what_only_looks_like_a_mark_stays_text() -> None:
    text = "See note [1] and `list[0]`.\n\n```\nx = a[2]\n[link](article:no)\n```"
    answer = quote(evidence(passage(text)), "en")
    assert r"note \[1]" in answer.text
    assert "`list[0]`" in answer.text
    assert "x = a[2]\n[link](article:no)" in answer.text
    assert answer.text.endswith("```\n\n[1]")


def test_the_links_keep_the_language_of_the_article() -> None:
    found = passage("看[這裡](article:refunds-timeline#how-long)。", locale="zh-Hant")
    assert "](/help/zh-Hant/refunds-timeline#how-long)" in quote(evidence(found), "en").text


def test_a_heading_is_said_once_and_not_when_it_is_the_title() -> None:
    parts = [passage("One.", ordinal=1), passage("Two.", ordinal=2)]
    answer = quote(evidence(*parts, scores=(1, 1)), "en")
    assert answer.text == "**When the hold is released**\n\nOne. [1]\n\nTwo. [2]"
    assert quote(evidence(passage("One.", heading="I was charged twice")), "en").text == "One. [1]"
    nested = quote(evidence(passage("One.", heading="Refunds › By card")), "en")
    assert nested.text.startswith("**By card**")


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant", "ms"])
def test_nothing_found_is_said_honestly(language: str) -> None:
    answer = quote(evidence(), language)
    assert answer.text
    assert answer.citations == ()


async def test_the_answerer_quotes_without_drafts() -> None:
    made = extractive.build(AnsweringSettings())
    drafts: list[str] = []
    answer = await made.answer(Question("?", "en"), evidence(passage()), drafts.append)
    await made.close()
    assert answer == quote(evidence(passage()), "en")
    assert drafts == []


async def test_the_scripted_one_says_what_it_is_told() -> None:
    made = scripted.ScriptedAnswerer(["first", "second"], delay=0.01, drafts=["fi", "firs"])
    drafts: list[str] = []
    asked = Question("?", "en")
    told = [(await made.answer(asked, evidence(), drafts.append)).text for _ in range(3)]
    await made.close()
    assert told == ["first", "second", "second"]
    assert drafts == ["fi", "firs"] * 3
    assert made.asked == [asked] * 3


async def test_the_scripted_one_quotes_when_it_is_told_nothing() -> None:
    made = scripted.ScriptedAnswerer()
    answer = await made.answer(Question("?", "en"), evidence(passage()), lambda _: None)
    assert answer == quote(evidence(passage()), "en")


def test_a_citation_on_the_wire_has_what_the_protocol_says() -> None:
    (cited,) = quote(evidence(passage()), "en").citations
    assert cited.wire() == {
        "article": "payments-charged-twice",
        "locale": "en",
        "title": "I was charged twice",
        "heading": "When the hold is released",
        "url": "/help/en/payments-charged-twice#part-1",
        "text": HOLD,
        "passage": "payments-charged-twice.en.part-1",
    }
