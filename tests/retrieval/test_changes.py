"""What was changed between two versions reads as a person would mark it, in every language."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from retrieval_collection import draft
from retrieval_parts import NOON, Database

from retrieval import articles, changes
from retrieval.changes import compare

WORDS = st.lists(st.sampled_from(["a", "fee", " ", "\n", "。", "退", "款", "**", "é"])).map("".join)


def marked(before: str, after: str) -> str:
    """The runs as one text: [-removed-] and {+added+}."""
    around = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(around[run.kind].format(run.text) for run in compare(before, after))


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        ("It takes 7 days.", "It takes 5 days.", "It takes [-7-]{+5+} days."),
        ("Wang balik tujuh hari.", "Wang balik lima hari.", "Wang balik [-tujuh-]{+lima+} hari."),
        ("退款七天内到账。", "退款五天内到账。", "退款[-七-]{+五+}天内到账。"),
        ("請保留收據。", "請保留您的收據。", "請保留{+您的+}收據。"),
        ("每笔订单都有编号。", "每笔预订都有编号。", "每笔[-订单-]{+预订+}都有编号。"),
        ("One.\n\nThree.", "One.\nTwo.\n\nThree.", "One.\n{+Two.\n+}\nThree."),
        ("One.\nTwo.", "One.", "One.[-\nTwo.-]"),
        ("", "New", "{+New+}"),
        ("Ask us first", "Write to them", "[-Ask us first-]{+Write to them+}"),
    ],
    ids=[
        "word",
        "malay",
        "hans",
        "hant",
        "a character by chance",
        "line",
        "end",
        "nothing before",
        "chance is no match",
    ],
)
def test_only_what_differs_is_marked(before: str, after: str, seen: str) -> None:
    assert marked(before, after) == seen


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS)
def test_the_runs_are_both_texts_and_no_two_neighbours_are_alike(before: str, after: str) -> None:
    runs = compare(before, after)
    assert "".join(run.text for run in runs if run.kind != "added") == before
    assert "".join(run.text for run in runs if run.kind != "removed") == after
    assert all(one.kind != other.kind for one, other in pairwise(runs))


@pytest.mark.parametrize(
    "words",
    [[f"w{n}" for n in range(2_500)], ["one", "two"] * 400],
    ids=["too many to compare", "too many that are alike"],
)
def test_long_stretches_are_shown_whole_so_that_no_text_takes_long(words: list[str]) -> None:
    """Compared finely some texts would take hours; these are just above what is compared."""
    other = ["new" if n % 9 == 4 else word for n, word in enumerate(words)]
    before, after = " ".join(["Now", *words, "end."]), " ".join(["Now", *other, "end."])
    kinds = [run.kind for run in compare(before, after)]
    assert kinds == ["same", "removed", "added", "same"]


def test_fields_that_are_no_text_change_as_a_whole(store: Database) -> None:
    first = draft("refund-time")
    moved = replace(
        first,
        category="money",
        audience="staff",
        components=("cards", *first.components),
        questions=(*first.questions, "Where is it?"),
    )

    def versions(tx: object) -> list[articles.Article]:
        return [
            articles.save(tx, one, author="aina", now=NOON)[0]  # type: ignore[arg-type]
            for one in (first, moved)
        ]

    old, new = store.write(versions)
    found = {change.field: change.runs for change in changes.between(old, new)}
    assert set(found) == {"questions", "category", "components", "audience"}
    assert [run.kind for run in found["questions"]] == ["same", "added"]
    assert [(run.kind, run.text) for run in found["audience"]] == [
        ("removed", "public"),
        ("added", "staff"),
    ]
    assert [run.text for run in found["components"] if run.kind == "added"] == ["cards"]
    assert {change.field for change in changes.between(None, old)} >= {"title", "body", "category"}
    assert changes.between(new, new) == []
