"""PDF files become articles: headings, steps, lists and tables out of places on paper."""

from datetime import date
from io import BytesIO

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (
    Flowable,
    ListFlowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from retrieval.importers import pdf
from retrieval.importers.files import parse_file
from retrieval.importers.pdflines import Line, markdown
from tests.retrieval.importers.broken_pdfs import built, stream
from tests.retrieval.importers.help_pages import WORDS, Words

FONTS = {"zh-CN": "STSong-Light", "zh-TW": "MSung-Light"}
LONG = {
    "en": "Please have your receipt at hand, the number on it is asked for at each of these steps, "
    "and write to us when the number cannot be read any more.",
    "zh-CN": "请准备好您的收据，以下每一步都会询问上面的号码；如果号码已经看不清楚，请写信告诉"
    "我们，我们会尽快为您查询并且回复。",
    "zh-TW": "請準備好您的收據，以下每一步都會詢問上面的號碼；如果號碼已經看不清楚，請寫信告訴"
    "我們，我們會儘快為您查詢並且回覆。",
    "ms": "Sila sediakan resit anda, nombor padanya ditanya pada setiap langkah yang berikut, dan "
    "tulis kepada kami apabila nombor itu tidak dapat dibaca lagi.",
}


def printed(words: Words) -> bytes:
    """The help page as a program would print it, with a running foot and three pages."""
    font = FONTS.get(words.lang, "Helvetica")
    if words.lang in FONTS:
        pdfmetrics.registerFont(UnicodeCIDFont(font))

    def style(size: float) -> ParagraphStyle:
        wrap = "CJK" if words.lang in FONTS else None
        return ParagraphStyle(
            str(size), fontName=font, fontSize=size, leading=size * 1.3, spaceAfter=6, wordWrap=wrap
        )

    text = style(10.5)
    flow: list[Flowable] = [
        Paragraph(words.title, style(22)),
        Paragraph(LONG[words.lang], text),
        ListFlowable(
            [Paragraph(step, text) for step in words.steps], bulletType="1", bulletFormat="%s."
        ),
        Paragraph(words.note, text),
        ListFlowable([Paragraph(one, text) for one in words.inner], bulletType="bullet"),
        PageBreak(),
        Paragraph(words.heading, style(15)),
        Table([list(row) for row in words.fees], style=[("FONT", (0, 0), (-1, -1), font, 10)]),
        PageBreak(),
        Paragraph(words.question, style(15)),
        Paragraph(words.answer, text),
    ]

    def foot(canvas: object, document: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
        canvas.drawString(50, 20, "Parcelly help")  # type: ignore[attr-defined]
        canvas.drawString(500, 20, f"{document.page}/3")  # type: ignore[attr-defined]

    out = BytesIO()
    made = SimpleDocTemplate(out, title=words.title, lang=words.lang, invariant=1)
    made.build(flow, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


@pytest.mark.parametrize("words", WORDS, ids=[words.lang for words in WORDS])
def test_a_printed_help_page_gives_its_article(words: Words) -> None:
    read = parse_file(printed(words), "help/pick-up.pdf")
    head, *rows = (f"| {left} | {right} |" for left, right in words.fees)
    table = "\n".join([head, "| --- | --- |", *rows])
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(words.steps, 1))
    inner = "\n".join(f"- {one}" for one in words.inner)
    assert read.title == words.title
    assert read.locale == words.lang
    assert read.updated == date(2000, 1, 1)  # what an invariant document says
    printed_so = (LONG[words.lang], steps, words.note, inner, f"## {words.heading}", table)
    asked = (f"## {words.question}", words.answer)
    assert read.body == "\n\n".join((*printed_so, *asked))


def lines(*texts: str, size: float = 10) -> list[Line]:
    """Lines one below the other."""
    return [Line(72, 700 - 13 * n, size, bold=False, cells=[text]) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "body"),
    [
        (("Write to the inter-", "national office."), "Write to the inter-national office."),
        (
            ("An international call: the inter-", "national office."),
            "An international call: the international office.",
        ),
        (("1) Open", "2) Close it", "now"), "1. Open\n2. Close it now"),
        (("（1）打开", "（2）关闭"), "1. 打开\n2. 关闭"),
        (("1、打开", "2、关闭"), "1. 打开\n2. 关闭"),
        (("• one", "• two"), "- one\n- two"),
        (("It is 3.5 inches", "or 4.0 wide."), "It is 3.5 inches or 4.0 wide."),
    ],
)
def test_lines_become_paragraphs_and_lists(texts: tuple[str, ...], body: str) -> None:
    assert markdown([lines(*texts)]) == ("", body)


def test_a_list_inside_a_list_stands_further_right() -> None:
    one, two, three = lines("1. Open", "• by hand", "2. Close")
    two.x += 20
    assert markdown([[one, two, three]])[1] == "1. Open\n   - by hand\n2. Close"


def test_bold_lines_of_the_same_size_are_headings() -> None:
    page = lines("Refunds", "Three working days it takes.", "After that,", "please write to us.")
    page[0].bold = True
    assert markdown([page])[1].startswith("## Refunds\n\nThree working days")


def test_what_a_program_calls_the_file_is_no_title() -> None:
    assert markdown([lines("Three days.")], title="Microsoft Word - x.docx")[0] == ""
    assert markdown([lines("Three days.")], title="Refunds")[0] == "Refunds"


def test_turned_and_scaled_text_is_measured_as_it_is_seen() -> None:
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font\
 /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    drawn = b"BT /F1 1 Tf 24 0 0 24 72 700 Tm (Refunds) Tj ET BT /F1 1 Tf 10 0 0 10 72 660 Tm\
 (Three working days it takes until it is back.) Tj ET"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    data = built(b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, stream(drawn))
    read = pdf.document(data, "a.pdf")
    assert (read.title, read.body) == ("Refunds", "Three working days it takes until it is back.")
