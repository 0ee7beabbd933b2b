"""Folders and archives are read file by file; their folders say what the files do not."""

import os
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from retrieval.errors import ImportRefused
from retrieval.importers import files
from retrieval.importers.document import Document
from retrieval.importers.refusals import Incomplete
from retrieval.importers.zipped import Archive, Bounds
from tests.retrieval.importers.broken_archives import GOOD, packed
from tests.retrieval.importers.broken_pdfs import drawn

PAGE = b"<html lang=zh-TW><main><h1>Refunds</h1><p>Three working days it takes.</p></main></html>"


def documents(read: "dict[str, Document | ImportRefused]") -> dict[str, Document]:
    """Those that were not refused."""
    return {name: item for name, item in read.items() if isinstance(item, Document)}


def put(root: Path, **contents: bytes) -> None:
    """Write files; `__` in a name is a folder, `_` a dot."""
    for name, content in contents.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_a_folder_gives_each_file_its_place(tmp_path: Path) -> None:
    put(tmp_path, en__billing__cards__refunds_md=GOOD, zh__billing__cards__refunds_html=PAGE)
    put(tmp_path, **{"ms-MY__billing__refunds_txt": GOOD, "hr__leave_md": GOOD, "top_md": GOOD})
    read = documents(dict(files.read(tmp_path)))
    placed = {
        name: (one.locale, one.category, one.subcategory, one.translation_key)
        for name, one in read.items()
    }
    assert placed == {
        "en/billing/cards/refunds.md": ("en", "billing", "cards", "billing/cards/refunds"),
        "zh/billing/cards/refunds.html": ("zh-TW", "billing", "cards", "billing/cards/refunds"),
        "ms-MY/billing/refunds.txt": ("ms-MY", "billing", "", "billing/refunds"),
        "hr/leave.md": (None, "hr", "", None),
        "top.md": (None, None, "", None),
    }
    assert all(one.source_id == name for name, one in read.items())


def test_an_archive_gives_the_same_and_its_own_folder_says_nothing(tmp_path: Path) -> None:
    archive = tmp_path / "help.zip"
    archive.write_bytes(
        packed(("help/en/billing/a.md", GOOD), ("help/.DS_Store", b"x"), ("__MACOSX/a.md", GOOD))
    )
    ((name, read),) = files.read(archive)
    assert isinstance(read, Document)
    assert (name, read.source_id) == ("help/en/billing/a.md", "help/en/billing/a.md")
    assert (read.locale, read.category, read.translation_key) == ("en", "billing", "billing/a")


def test_chinese_names_without_a_mark_are_read(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        raw = "退款/如何.md".encode(encoding)
        marked = packed(("?" * len(raw), GOOD)).replace(b"?" * len(raw), raw)
        (name,) = dict(files.read_upload(marked, "a.zip"))
        assert name == "退款/如何.md"


def test_one_broken_file_does_not_stop_the_others_and_hidden_ones_are_not_told(
    tmp_path: Path,
) -> None:
    put(tmp_path, a_md=GOOD, b_pdf=b"%PDF-1.7\n", c_xyz=b"?", d_pdf=drawn("Refunds in 3 days."))
    put(tmp_path, _git__config=b"x", _hidden_md=GOOD, e__Thumbs_db=b"x")
    read = dict(files.read(tmp_path))
    assert list(read) == ["a.md", "b.pdf", "c.xyz", "d.pdf"]
    assert list(documents(read)) == ["a.md", "d.pdf"]


def test_links_out_of_the_folder_and_to_folders_are_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "help"
    put(tmp_path, secret_md=GOOD, help__a_md=GOOD, other__b_md=GOOD)
    (inside / "out.md").symlink_to(tmp_path / "secret.md")
    (inside / "same.md").symlink_to(inside / "a.md")
    (inside / "folder").symlink_to(tmp_path / "other")
    (inside / "loop").symlink_to(inside)
    (inside / "nowhere.md").symlink_to(inside / "gone.md")
    read = dict(files.read(inside))
    assert list(documents(read)) == ["a.md", "same.md"]
    said = {name: str(item) for name, item in read.items() if isinstance(item, ImportRefused)}
    assert sorted(said) == ["folder", "loop", "nowhere.md", "out.md"]
    assert "leads out of the folder" in said["out.md"]
    assert "link to a folder" in said["folder"]
    assert "link to a folder" in said["loop"]
    assert "no ordinary file" in said["nowhere.md"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    ((_, read),) = files.read(tmp_path)
    assert "no ordinary file" in str(read)


def test_a_single_file_and_nothing(tmp_path: Path) -> None:
    put(tmp_path, a_md=GOOD)
    ((name, read),) = files.read(tmp_path / "a.md")
    assert name == "a.md"
    assert isinstance(read, Document)
    assert (read.title, read.body) == ("Refunds", "Three working days.")
    with pytest.raises(ImportRefused, match="no such file or folder"):
        list(files.read(tmp_path / "b.md"))


def test_an_archive_that_is_not_read_to_its_end_says_so() -> None:
    data = packed(*((f"{n}.txt", b"a word or two " * 1000) for n in range(9)))
    archive = Archive(_opened(data), "a.zip", Bounds(total_bytes=200_000))
    archive.bounds = Bounds(total_bytes=50_000)  # more comes out than the headers said
    read = dict(archive)
    assert len(read) == 4
    assert "the rest is not read" in str(read["3.txt"])
    assert archive.cut_short


def test_of_a_folder_that_cannot_be_read_the_import_is_incomplete(tmp_path: Path) -> None:
    put(tmp_path, a_md=GOOD)
    within = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):  # a path longer than the system takes
        os.mkdir("x" * 250, dir_fd=within)
        deeper = os.open("x" * 250, os.O_RDONLY, dir_fd=within)
        os.close(within)
        within = deeper
    os.close(within)
    try:
        (_, first), (_, last) = files.read(tmp_path)
    finally:
        shutil.rmtree(tmp_path / ("x" * 250))
    assert isinstance(first, Document)
    assert isinstance(last, Incomplete)


def _opened(data: bytes) -> BytesIO:
    return BytesIO(data)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# A & *b*\n\ntext\n", "A & b", "text"),
        ("A\n=\n\ntext", "A", "text"),
        ("text first\n\n## Then\n\nmore", "Then", "text first\n\n## Then\n\nmore"),
        ("Alone\n\nThe text.", "Alone", "The text."),
        ("All of it is\none paragraph.", "a-page", "All of it is\none paragraph."),
        ("---\ntitle: Given\n---\n# Given\n\ntext", "Given", "text"),
        ("---\ntitle: Given\n---\n# Other\n\ntext", "Given", "# Other\n\ntext"),
        ("```\n# no heading\n```\n\ntext", "a-page", "```\n# no heading\n```\n\ntext"),
    ],
)
def test_the_title_of_a_plain_file_is_its_first_heading(text: str, title: str, body: str) -> None:
    read = files.parse_file(text.encode(), "help/a-page.md")
    assert (read.title, read.body) == (title, body)


def test_what_site_generators_write_is_understood() -> None:
    text = """---
title: Refunds
lang: zh_TW
date: 2026-01-01
lastmod: 2026-02-03 04:05:06
category: Money
audience: staff
draft: true
tags: [a, b]
sidebar_position: 4
---
text
"""
    read = files.parse_file(text.encode(), "a.md")
    assert (read.title, read.locale, read.updated) == ("Refunds", "zh-TW", date(2026, 2, 3))
    assert (read.category, read.audience, read.published) == ("Money", "staff", False)


def test_front_matter_with_an_id_is_an_article_of_ours() -> None:
    text = b"""---
id: refunds
locale: en
title: Refunds
category: money
questions: ['Where is it?']
updated: 2026-02-03
---
# Refunds

text
"""
    read = files.parse_file(text, "en/refunds.md")
    assert (read.id, read.locale, read.category) == ("refunds", "en", "money")
    assert (read.questions, read.body) == (("Where is it?",), "# Refunds\n\ntext")
    with pytest.raises(ImportRefused, match="`title` is missing"):
        files.parse_file(text.replace(b"title: Refunds\n", b""), "a.md")
