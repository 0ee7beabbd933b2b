"""Files become articles, or say what is wrong, where, and what to do."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import ArticleDraft
from retrieval.errors import ImportRefused
from retrieval.importers.markdown import LARGEST, document, parse

GOOD = """---
id: late-trains
locale: zh-Hans
title: 列车晚点
category: trains
components: [trains]
questions:
  - 晚点了怎么办？
updated: 2026-10-14
---
请看**公告**。

## 退款
全额退款。
"""


def test_a_good_file_becomes_an_article() -> None:
    assert parse(GOOD.encode(), "a.md") == ArticleDraft(
        id="late-trains",
        locale="zh-Hans",
        title="列车晚点",
        category="trains",
        subcategory="",
        components=("trains",),
        questions=("晚点了怎么办？",),
        body="请看**公告**。\n\n## 退款\n全额退款。",
        updated=date(2026, 10, 14),
    )


def test_an_article_can_stand_in_a_collection_of_its_own() -> None:
    named = GOOD.replace("components:", "collection: city-pass\ncomponents:").encode()
    assert parse(named, "a.md").collection == "city-pass"
    assert document(named, "a.md").collection == "city-pass"
    assert parse(GOOD.encode(), "a.md").collection == "main"
    assert document(GOOD.encode(), "a.md").collection is None, "the import may name one"
    main = GOOD.replace("components:", "collection: main\ncomponents:").encode()
    assert document(main, "a.md").collection == "main", "what the file says comes first"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    same = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert parse(same, "a.md") == parse(GOOD.encode(), "a.md")


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (GOOD.encode() + b"\xff\xfe", 15, "UTF-8"),
        (GOOD.replace("全额", "全\0额").encode(), 14, "NUL"),
        (b"", 1, "empty"),
        (b"# Title\n\nText\n", 1, "front matter"),
        (b"---\nid: x\n", 1, "does not end"),
        (GOOD.replace("[trains]", "[trains").encode(), 7, "not YAML"),
        (GOOD.replace("title: ", "title: a: b: ").encode(), 4, "not YAML"),
        (b"---\n- a\n- b\n---\ntext", 2, "key: value"),
        (GOOD.replace("title: 列车晚点\n", "").encode(), 2, "`title` is missing"),
        (GOOD.replace("title:", "titel:").encode(), 4, "unknown key `titel`"),
        (GOOD.replace("category: trains", "category: trains\nid: b").encode(), 6, "twice"),
        (GOOD.replace("列车晚点", "12").encode(), 4, "must be a text"),
        (GOOD.replace("[trains]", "trains").encode(), 6, "list of texts"),
        (GOOD.replace("2026-10-14", "soon").encode(), 9, "must be a day"),
        (GOOD.replace("2026-10-14", "2026-13-45").encode(), None, "YAML"),
        (GOOD.replace("late-trains", "Late Trains").encode(), 2, "lower-case"),
        (GOOD.replace("late-trains", "../../etc").encode(), 2, "lower-case"),
        (
            GOOD.replace("components:", "collection: City Pass\ncomponents:").encode(),
            6,
            "lower-case",
        ),
        (GOOD.replace("zh-Hans", "chinese!").encode(), 3, "language code"),
        (GOOD.split("请看", maxsplit=1)[0].encode(), None, "no text"),
        (b"x" * (LARGEST + 1), None, "larger than"),
    ],
)
def test_a_bad_file_is_refused_with_place_and_remedy(
    data: bytes, line: int | None, says: str
) -> None:
    with pytest.raises(ImportRefused, match=says) as told:
        parse(data, "bad.md")
    assert "bad.md" in str(told.value)
    if line is not None:
        assert told.value.line == line


@given(st.binary(max_size=300))
def test_whatever_the_bytes_only_a_refusal_comes_out(data: bytes) -> None:
    for tried in (data, b"---\n" + data + b"\n---\ntext"):
        try:
            parse(tried, "any.md")
        except ImportRefused:
            continue
