"""Word documents become articles with their headings, steps, tables and pictures' words."""

from datetime import UTC, date, datetime
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from retrieval.importers.files import parse_file
from tests.retrieval.importers.broken_words import saved
from tests.retrieval.importers.help_pages import WORDS, Words


def written(words: Words) -> bytes:
    """The help page as somebody writes it in Word."""
    made = docx.Document()
    made.core_properties.title = "Document1"
    made.core_properties.language = words.lang
    made.core_properties.modified = datetime(2026, 4, 5, 6, 7, tzinfo=UTC)
    made.add_heading(words.title, 0)
    made.add_paragraph(words.intro)
    for step in words.steps:
        made.add_paragraph(step, style="List Number")
    for one in words.inner:
        made.add_paragraph(one, style="List Bullet")
    made.add_heading(words.heading, 2)
    table = made.add_table(len(words.fees), 2)
    for row, cells in zip(table.rows, words.fees, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    note = made.add_paragraph()
    note.add_run(words.note).bold = True
    pixel = BytesIO()
    Image.new("RGB", (2, 2)).save(pixel, "PNG")
    pixel.seek(0)
    picture = made.add_paragraph().add_run().add_picture(pixel)
    picture._inline.find(qn("wp:docPr")).set("descr", words.answer)
    return saved(made)


@pytest.mark.parametrize("words", WORDS, ids=[words.lang for words in WORDS])
def test_a_word_document_gives_its_article(words: Words) -> None:
    read = parse_file(written(words), "pick-up.docx")
    head, *rows = (f"| {left} | {right} |" for left, right in words.fees)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(words.steps, 1))
    inner = "\n".join(f"- {one}" for one in words.inner)
    assert read.title == words.title
    assert read.locale == words.lang
    assert read.updated == date(2026, 4, 5)
    table = "\n".join([head, "| --- | --- |", *rows])
    note = f"**{words.note[:-1]}**{words.note[-1]}"
    blocks = (words.intro, steps, inner, f"## {words.heading}", table, note, words.answer)
    assert read.body == "\n\n".join(blocks)


def test_without_a_heading_the_title_is_the_documents_own_or_the_files() -> None:
    made = docx.Document()
    made.add_paragraph("Three working days.")
    assert parse_file(saved(made), "en/refunds.docx").title == "refunds"
    made.core_properties.title = "Money back"
    read = parse_file(saved(made), "refunds.docx")
    assert (read.title, read.body) == ("Money back", "Three working days.")
