"""A Zendesk help centre, exported or asked: every language of every article, or why not."""

import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from web_server import Answer, Request, Server

from retrieval.errors import ImportRefused
from retrieval.importers import zendesk
from retrieval.importers.document import Document
from retrieval.importers.refusals import Incomplete

AT_ONCE = timedelta(0)
HERE = frozenset({ip_network("127.0.0.1/32")})
Found = dict[str, Document | ImportRefused]


def article(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "title": f"Refunds {number}", "locale": "en-us", "source_locale": "en-us",
        "body": f"<p>A refund of order {number} takes <b>5 days</b>.</p>", "draft": False,
        "section_id": 11, "user_segment_id": None, "outdated": False, "label_names": ["money"],
        "updated_at": "2026-04-17T17:18:10Z",
        "html_url": f"https://shop.test/hc/en-us/articles/{number}",
    } | more  # fmt: skip


SECTIONS = [
    {"id": 11, "name": "Getting money back", "category_id": 1, "locale": "en-us",
     "source_locale": "en-us"},
    {"id": 12, "name": "By card", "category_id": None, "parent_section_id": 11, "locale": "en-us"},
    {"id": 13, "name": "Round", "parent_section_id": 13, "locale": "en-us"},
]  # fmt: skip
CATEGORIES = [
    {"id": 1, "name": "付款", "locale": "zh-cn", "source_locale": "en-us"},
    {"id": 1, "name": "Payments", "locale": "en-us", "source_locale": "en-us"},
]
SEGMENTS = [
    {"id": 51, "user_type": "signed_in_users", "built_in": True, "tags": []},
    {"id": 52, "user_type": "staff", "built_in": True},
    {"id": 53, "user_type": "signed_in_users", "tags": ["vip"]},
]


def write(folder: Path, **files: Any) -> Path:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def read(path: Path) -> Found:
    found: Found = {}
    for name, item in zendesk.read(path):
        assert name not in found
        found[name] = item
    return found


def document(found: Found, name: str) -> Document:
    item = found[name]
    assert isinstance(item, Document), item
    return item


def test_an_article_keeps_everything_that_the_export_says(tmp_path: Path) -> None:
    export = write(
        tmp_path, articles={"articles": [article(360)]}, sections={"sections": SECTIONS},
        categories={"categories": CATEGORIES},
    )  # fmt: skip
    assert read(export) == {
        "360/en-us": Document(
            source_id="360/en-us", name="Refunds 360 (360/en-us)", title="Refunds 360",
            body="A refund of order 360 takes **5 days**.", locale="en-US",
            updated=date(2026, 4, 17), category="Payments", subcategory="Getting money back",
            url="https://shop.test/hc/en-us/articles/360", translation_key="360",
        )
    }  # fmt: skip


def test_links_of_a_body_are_made_whole(tmp_path: Path) -> None:
    body = '<p>See <a href="/hc/en-us/articles/7">fees</a> first, please.</p>'
    found = read(write(tmp_path, a={"articles": [article(1, body=body)]}))
    assert "(https://shop.test/hc/en-us/articles/7)" in document(found, "1/en-us").body


def test_drafts_are_not_published_and_nested_sections_find_their_category(tmp_path: Path) -> None:
    articles = [article(1, draft=True, section_id=12), article(2, section_id=13),
                article(3, section_id=None), article(4, section_id=99)]  # fmt: skip
    export = write(tmp_path, all={"articles": articles, "sections": SECTIONS,
                                  "categories": CATEGORIES})  # fmt: skip
    found = read(export)
    one = document(found, "1/en-us")
    assert (one.published, one.category, one.subcategory) == (False, "Payments", "By card")
    assert document(found, "2/en-us").category is None, "a section that is its own parent"
    assert document(found, "3/en-us").published
    assert document(found, "4/en-us").category is None


def test_who_may_read_an_article_is_never_wider_than_at_its_source(tmp_path: Path) -> None:
    articles = [
        article(1), article(2, user_segment_id=51), article(3, user_segment_id=52),
        article(4, user_segment_id=53), article(5, user_segment_id=999),
        article(6, user_segment_ids=[53, 51]), article(7, user_segment_ids=[52, 53]),
    ]  # fmt: skip
    both = {"articles": articles, "user_segments": SEGMENTS}
    found = read(write(tmp_path, all=both))
    audiences = [document(found, f"{n}/en-us").audience for n in range(1, 8)]
    assert audiences == [
        "public", "signed_in", "staff", "staff", "staff", "signed_in", "staff",
    ]  # fmt: skip
    found = read(write(tmp_path, all={"articles": articles[1:3]}))
    assert {document(found, f"{n}/en-us").audience for n in (2, 3)} == {"staff"}


def test_translations_belong_to_their_article(tmp_path: Path) -> None:
    translations = [
        {"id": 901, "source_id": 1, "source_type": "Article", "locale": "zh-tw", "title": "退款",
         "body": "<p>退款需要五個工作天。</p>", "draft": True, "updated_at": "2026-05-01"},
        {"id": 902, "source_id": 1, "source_type": "Article", "locale": "en-us",
         "title": "Refunds 1", "body": article(1)["body"]},
        {"id": 903, "source_id": 11, "source_type": "Section", "locale": "zh-tw", "title": "x"},
        {"id": 904, "source_id": 77, "locale": "ms", "title": "Yatim", "body": "<p>Teks ini.</p>"},
    ]  # fmt: skip
    export = write(
        tmp_path, a_translations={"translations": translations}, sections={"sections": SECTIONS},
        b_articles={"articles": [article(1, user_segment_id=51)], "user_segments": SEGMENTS},
    )  # fmt: skip
    found = read(export)
    assert list(found) == ["1/en-us", "1/zh-tw", "77/ms"]
    other = document(found, "1/zh-tw")
    assert (other.locale, other.translation_key, other.published) == ("zh-TW", "1", False)
    assert (other.audience, other.subcategory) == ("signed_in", "Getting money back")
    assert document(found, "77/ms").audience == "staff", "nobody knows who may read this one"


def test_the_same_article_twice_is_one_and_another_text_is_refused(tmp_path: Path) -> None:
    changed = article(1, body="<p>Something else entirely.</p>")
    export = write(tmp_path, a={"articles": [article(1), article(1)]}, b={"articles": [article(1)]})
    assert list(read(export)) == ["1/en-us"]
    write(tmp_path, c={"articles": [changed]})
    items = list(zendesk.read(export))
    assert "stands in a.json, articles[0] (1/en-us) too" in str(items[-1][1])


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": None}, "`id` is missing"),
    "an id that is a list": ({"id": [1]}, "`id` must be an id, is a list"),
    "an id that is true": ({"id": True}, "`id` must be an id, is true or false"),
    "a huge id": ({"id": 10**30}, "`id` must be an id"),
    "a fraction": ({"id": 1.5}, "`id` must be an id, is 1.5"),
    "no title": ({"title": ""}, "`title` is empty"),
    "a title that is a number": ({"title": 7}, "`title` must be a text, is 7"),
    "no body": ({"body": None}, "`body` is empty"),
    "a body that is a list": ({"body": ["x"]}, "`body` must be a text, is a list"),
    "a body without text": ({"body": "<script>x()</script>"}, "`body` holds no text"),
    "a strange draft": ({"draft": "no"}, "`draft` must be true or false, is 'no'"),
    "a strange locale": ({"locale": "../../etc"}, "`locale` must be a language code"),
    "a strange moment": ({"updated_at": "yesterday"}, "`updated_at` must be a moment like"),
    "a moment that is a number": ({"updated_at": 5}, "`updated_at` must be a text, is 5"),
    "a strange section": ({"section_id": {}}, "`section_id` must be an id, is an object"),
    "strange segments": ({"user_segment_ids": "all"}, "`user_segment_ids` must be a list"),
}


@pytest.mark.parametrize(("change", "why"), WRONG.values(), ids=WRONG.keys())
def test_a_broken_article_is_refused_by_its_field_and_the_next_one_is_not(
    tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    export = write(tmp_path, a={"articles": [article(1, **change), "no object", article(2)]})
    items = list(zendesk.read(export))
    assert [type(item) for _, item in items] == [ImportRefused, ImportRefused, Document]
    assert why in str(items[0][1])
    assert str(items[0][1]).startswith("a.json, articles[0]")
    assert "must be an object, is a text" in str(items[1][1])


BROKEN = {
    "cut off": ('{"articles": [\n{"id": 1,', 2, "is no JSON"),
    "a comma too many": ('{\n"articles": [],\n}', 3, "is no JSON"),
    "a list": ("[]", None, "must be an object (`{…}`), is a list"),
    "deep": ('{"articles":' + "[" * 100_000, None, "nested too deeply"),
    "a huge number": ('{"articles": [], "count": ' + "9" * 5000 + "}", None, "is no JSON"),
    "no number": ('{"articles": NaN}', None, "NaN is no number"),
    "empty": ("", 1, "is no JSON"),
}


@pytest.mark.parametrize(("text", "line", "why"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_by_its_line_and_nothing_counts_as_gone(
    tmp_path: Path, text: str, line: int | None, why: str
) -> None:
    export = write(tmp_path, broken=text, good={"articles": [article(1)]})
    items = list(zendesk.read(export))
    refused = items[0][1]
    assert isinstance(refused, ImportRefused)
    assert (refused.name, refused.line) == ("broken.json", line)
    assert why in refused.message
    assert isinstance(items[1][1], Document)
    assert isinstance(items[-1][1], Incomplete)
    assert len(items) == 3


def test_another_encoding_is_refused_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes('{\n"articles": ["退款"]}'.encode("gbk"))
    with pytest.raises(ImportRefused, match=r"a\.json, line 2: is not UTF-8"):
        read(tmp_path)


def test_what_holds_no_articles_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="holds no JSON file"):
        read(tmp_path)
    with pytest.raises(ImportRefused, match="does not exist"):
        read(tmp_path / "nothing")
    with pytest.raises(ImportRefused, match="holds no `articles`"):
        read(write(tmp_path, sections={"sections": SECTIONS}))
    write(tmp_path, more={"articles": {"id": 1}})
    assert "`articles` must be a list, is an object" in str(read(tmp_path)["more.json"])


def test_a_zip_and_a_single_file_are_read_like_a_folder(tmp_path: Path) -> None:
    single = write(tmp_path, one={"articles": [article(1)], "categories": CATEGORIES}) / "one.json"
    assert list(read(single)) == ["1/en-us"]
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hc/articles.json", json.dumps({"articles": [article(2, section_id=11)]}))
        archive.writestr("hc/sections.json", json.dumps({"sections": SECTIONS}))
        archive.writestr("hc/readme.txt", "not read")
        archive.writestr("../evil.json", json.dumps({"articles": [article(3)]}))
    items = dict(zendesk.read(packed))
    found = items["2/en-us"]
    assert isinstance(found, Document)
    assert found.subcategory == "Getting money back"
    assert isinstance(items["../evil.json"], ImportRefused)
    assert "3/en-us" not in items


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path, outside={"articles": [article(1)]})
    export = write(tmp_path / "in", a={"articles": [article(2)]})
    (export / "z.json").symlink_to(tmp_path / "outside.json")
    found = [
        (name, item) for name, item in zendesk.read(export) if not isinstance(item, Incomplete)
    ]
    assert [name for name, _ in found] == ["2/en-us", "z.json"]
    assert "a link that leads out of the folder" in str(found[1][1])


# The API


def help_centre(server: Server, *, pages: int = 1) -> None:
    """Answer as the API does, articles by cursor, sections by page number."""
    base = "/api/v2/help_center"

    def reply(content: Any) -> Answer:
        return Answer(json.dumps(content), kind="application/json; charset=utf-8")

    def articles(locale: str) -> Callable[[Request], Answer]:
        def one(request: Request) -> Answer:
            number = int(request.path.partition("after=")[2] or 0)
            more = number + 1 < pages
            onward = f"{server.url}{base}/{locale}/articles.json?after={number + 1}"
            return reply({
                "articles": [article(number + 1, locale=locale, title=f"{locale} {number}")],
                "meta": {"has_more": more}, "links": {"next": onward},
            })  # fmt: skip

        return one

    numbered = {"sections": SECTIONS[:1], "next_page": f"{server.url}{base}/more.json?page=2"}
    server.routes |= {
        f"{base}/locales.json": reply({"locales": ["en-us", "zh-tw"], "default_locale": "en-us"}),
        f"{base}/en-us/categories.json": reply({"categories": CATEGORIES, "next_page": None}),
        f"{base}/en-us/sections.json": reply(numbered),
        f"{base}/more.json": reply({"sections": SECTIONS[1:], "next_page": None}),
        f"{base}/user_segments.json": reply({"user_segments": SEGMENTS, "next_page": None}),
        f"{base}/en-us/articles.json": articles("en-us"),
        f"{base}/zh-tw/articles.json": articles("zh-tw"),
    }


def ask(server: Server, **options: Any) -> list[tuple[str, Document | ImportRefused]]:
    return list(zendesk.ask(server.url, allow=HERE, delay=AT_ONCE, **options))


def test_the_api_gives_every_language_and_every_page(server: Server) -> None:
    help_centre(server, pages=3)
    steps: list[int] = []
    found = ask(server, progress=lambda done, known: steps.append(done))
    assert [name for name, _ in found] == [
        f"{n}/{locale}" for locale in ("en-us", "zh-tw") for n in (1, 2, 3)
    ]
    first = found[0][1]
    assert isinstance(first, Document)
    assert (first.category, first.subcategory) == ("Payments", "Getting money back")
    assert steps == [1, 2, 3, 4, 5, 6]
    assert not any("authorization" in request.headers for request in server.asked)
    assert not any("user_segments" in path for path in server.paths)


def test_the_token_is_sent_as_zendesk_wants_it(server: Server) -> None:
    help_centre(server)
    ask(server, email="me@shop.test", token="abc", locales=["en-US"])
    sent = {request.headers["authorization"] for request in server.asked}
    assert sent == {"Basic bWVAc2hvcC50ZXN0L3Rva2VuOmFiYw=="}
    assert not any("zh-tw" in path for path in server.paths)
    server.asked.clear()
    ask(server, token="oauth")
    assert server.asked[0].headers["authorization"] == "Bearer oauth"


def test_the_token_never_leaves_its_server(server: Server) -> None:
    with Server() as thief:
        help_centre(server)
        path = "/api/v2/help_center/en-us/categories.json"
        server.routes[path] = Answer(
            json.dumps({"categories": [], "next_page": f"{thief.url}/next"}),
            kind="application/json",
        )
        with pytest.raises(ImportRefused, match="the token stays there"):
            ask(server, token="abc")
        server.routes[path] = Answer(status=302, headers={"Location": f"{thief.url}/moved"})
        with pytest.raises(ImportRefused, match="the token stays there"):
            ask(server, token="abc")
        assert thief.asked == []


def test_a_token_is_not_sent_in_the_clear() -> None:
    with pytest.raises(ImportRefused, match="anybody could read the token"):
        list(zendesk.ask("http://shop.zendesk.test", token="abc"))
    with pytest.raises(ImportRefused, match="Copy it again"):
        list(zendesk.ask("https://shop.zendesk.test", token="abc\r\nX-Evil: 1"))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(status=401), "the token is not accepted"),
        (Answer(status=403), "may not read articles"),
        (Answer(status=404), "no such help centre"),
        (Answer(status=429, headers={"Retry-After": "600"}), "asks to wait 600 s"),
        (Answer("<html>", kind="text/html"), "is text/html, not"),
        (Answer("{", kind="application/json"), "line 1: is no JSON"),
        (Answer('{"locales": 7}', kind="application/json"), "`locales` must be a list, is 7"),
        (Answer('{"locales": ["../x"]}', kind="application/json"), "must be a language code"),
    ],
)
def test_what_the_server_does_not_like_is_said(server: Server, answer: Answer, why: str) -> None:
    server.routes["/api/v2/help_center/locales.json"] = answer
    with pytest.raises(ImportRefused, match=why):
        ask(server, token="abc")


def test_an_api_that_leads_in_circles_ends(server: Server) -> None:
    help_centre(server)
    path = "/api/v2/help_center/en-us/sections.json"
    circle = {"sections": [], "next_page": f"{server.url}{path}?page=2"}
    server.routes[path] = Answer(json.dumps(circle), kind="application/json")
    with pytest.raises(ImportRefused, match="leads in a circle"):
        ask(server)
    assert len(server.asked) == 4


def test_an_api_that_breaks_off_raises_after_what_came_before(server: Server) -> None:
    help_centre(server)
    server.routes["/api/v2/help_center/zh-tw/articles.json"] = Answer(status=500)
    asked = zendesk.ask(server.url, allow=HERE, delay=AT_ONCE)
    assert isinstance(next(asked)[1], Document)
    with pytest.raises(ImportRefused, match="answers 500"):
        next(asked)


def test_a_cancelled_import_stops_without_an_error(server: Server) -> None:
    help_centre(server, pages=3)
    seen: list[str] = []
    for name, _ in zendesk.ask(server.url, allow=HERE, delay=AT_ONCE, cancelled=lambda: bool(seen)):
        seen.append(name)
    assert seen == ["1/en-us"]
