"""Short for facts, complete for procedures, and word for word."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering import choosing, markdown
from bot.answering.answerers.extractive import quote
from bot.answering.blocks import units
from tests.bot.answering.samples import evidence, passage

OPENING = "Parcels leave our store every weekday. Most arrive within 3 days. Tracking is free."
FEES = """Every parcel has a fee by its weight.

| Parcel | Weight | Fee |
| --- | --- | --- |
| Letter | Up to 1 kg | EUR 2 |
| Box | Up to 5 kg | EUR 6 |
| Box | Up to 20 kg | EUR 15 |
| Pallet | Up to 300 kg | EUR 90 |

The fee is shown before you pay."""
STEPS = """Have the label at hand.

1. Open **Orders** and choose the parcel.
2. Select **Send back**.
3. Print the label.

Hand it in within 14 days. It is picked up on Mondays."""
CODES = """| Code | Meaning |
| --- | --- |
| `SHP-12` | The address does not exist |
| `SHP-13` | Nobody was at home |
| 404 | The parcel number is unknown |"""
RULES = """Glass must be wrapped twice. It is insured for up to EUR 500. Lamps count as glass.

You may not send any of these:

- batteries
- perfume
- fireworks"""


def parts() -> tuple[object, ...]:
    return (
        passage(OPENING, heading="", ordinal=0, title="Parcels"),
        passage(FEES, heading="What it costs", ordinal=1, title="Parcels"),
        passage(STEPS, heading="Send a parcel back", ordinal=2, title="Parcels"),
        passage(CODES, heading="Messages", ordinal=3, title="Parcels"),
        passage(RULES, heading="What you may send", ordinal=4, title="Parcels"),
    )


def told(question: str, scores: tuple[float, ...] = (1.0, 0.9, 0.9, 0.8, 0.9)) -> str:
    return quote(evidence(*parts(), scores=scores, query=question), "en").text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how much is a box", "fact"),
        ("until when can I cancel", "fact"),
        ("boleh bawa kucing tak", "fact"),
        ("berapa harga tiket", "fact"),
        ("可以帶狗嗎", "fact"),
        ("退款要几天", "fact"),
        ("how do I send it back", "steps"),
        ("macam mana nak batalkan", "steps"),
        ("怎麼取消", "steps"),
        ("我想改日期", "steps"),
        ("parcel broken", "open"),
        ("kad ditolak", "open"),
        ("刷不过", "open"),
    ],
)
def test_what_is_wanted_is_seen(question: str, kind: str) -> None:
    assert choosing.asks(question) == kind


def test_a_fact_is_a_sentence_and_not_the_page() -> None:
    answer = told("is tracking free?")
    assert "Tracking is free." in answer
    assert "Have the label" not in answer
    assert "EUR" not in answer


def test_rows_that_answer_come_with_their_head_and_those_that_begin_alike() -> None:
    answer = told("how much is the fee for a box")
    assert "| Parcel | Weight | Fee |\n| --- | --- | --- |\n| Box | Up to 5 kg | EUR 6 |" in answer
    assert "| Box | Up to 20 kg | EUR 15 |" in answer
    assert "Pallet" not in answer
    assert "Letter" not in answer


def test_a_code_is_answered_by_its_row_alone_however_it_is_written() -> None:
    for question in ("SHP-13", "what is shp13", "it says shp 13 again"):
        answer = told(question)
        assert "Nobody was at home" in answer
        assert "address does not exist" not in answer
    assert "unknown" in told("error 404")


def test_steps_are_whole_with_what_stands_around_them() -> None:
    answer = told("how do I send a parcel back")
    assert STEPS in answer


def test_a_sentence_that_refers_brings_what_it_refers_to() -> None:
    answer = told("how much is insured", (0.7, 0.6, 0.6, 0.6, 1.0))
    assert "Glass must be wrapped twice. It is insured for up to EUR 500." in answer


def test_an_announcement_brings_what_it_announces() -> None:
    answer = told("may I send perfume and fireworks", (0.7, 0.6, 0.6, 0.6, 1.0))
    assert "- batteries\n- perfume\n- fireworks" in answer
    assert "You may not send any of these:" in answer


def test_passages_that_say_the_same_are_quoted_once() -> None:
    twice = [passage(STEPS, ordinal=1), passage(STEPS + " Thank you.", ordinal=2)]
    answer = quote(evidence(*twice, scores=(1.0, 0.99), query="send back"), "en")
    assert len(answer.citations) == 1


def test_what_is_not_there_is_not_picked() -> None:
    found = evidence(*parts()).found  # type: ignore[arg-type]
    assert choosing.fact("which planet is the largest", "en", found) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (OPENING, ["sentence"] * 3),
        (FEES, ["sentence", *["row"] * 4, "sentence"]),
        (STEPS, ["sentence", "steps", "sentence", "sentence"]),
        (RULES, ["sentence"] * 4 + ["item"] * 3),
        ("在这里。可以取消！好吗？", ["sentence"] * 3),
        ("```\ncode\n```", ["code"]),
        ("Send e.g. Letters. Not 1.5 kg.", ["sentence"] * 2),
        ("", []),
    ],
)
def test_a_passage_is_taken_apart(text: str, kinds: list[str]) -> None:
    assert [unit.kind for unit in units(text)] == kinds


_LINES = st.sampled_from(
    [
        "Pay the fee of EUR 5 first. It is free on Mondays.",
        "Read [more](article:x) below.",
        "Do this:",
        "1. Open it.\n2. Close it.",
        "- a box\n- a lamp: EUR 7",
        "| A | B |\n| --- | --- |\n| box | EUR 5 |\n| lamp | free |",
        "费用是多少？五元。可以退款。",
        "Bayaran ialah RM5. Ia percuma esok.",
        "See note [1] and `list[0]`.",
        "> quoted",
        "```\nx = a[2]\n```",
    ]
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.lists(_LINES | st.text(max_size=30), min_size=1, max_size=5), min_size=1, max_size=4
    ),
    st.sampled_from(
        ["how much is a box", "how do I pay", "free?", "可以退款吗", "berapa bayaran", "lamp", "x"]
    ),
)
def test_what_is_quoted_stands_in_the_passage_it_cites_word_for_word(
    texts: list[list[str]], question: str
) -> None:
    made = [
        passage("\n\n".join(lines), ordinal=n, heading="" if n == 0 else f"Part {n}")
        for n, lines in enumerate(texts)
    ]
    sources = {one.id: one.text for one in made}
    answer = quote(evidence(*made, query=question), "en")
    assert answer.citations
    assert all(cited.text in sources[cited.passage] for cited in answer.citations)
    shown = [
        line
        for cited in answer.citations
        for line in markdown.literal_marks(markdown.point_links(cited.text, "en")).split("\n")
    ]
    marks = [f"[{n}]" for n in range(1, len(made) + 1)]
    for line in answer.text.split("\n"):
        said = next((line.removesuffix(m) for m in marks if line.endswith(m)), line).strip()
        assert re.fullmatch(r"\*\*Part \d\*\*", said) or any(said in one for one in shown), line


@settings(deadline=None)
@given(st.text(max_size=200))
def test_taking_apart_loses_no_letter(text: str) -> None:
    found = units(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    plain = f"Alpha beta. {re.sub('[^a-z ]', '', text)} Gamma delta."
    joined = " ".join(plain[one.start : one.end] for one in units(plain))
    assert joined.split() == plain.split()
