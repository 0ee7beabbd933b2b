"""An Intercom help centre, exported or asked: every language of every article, or why not."""

import json
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from web_server import Answer, Request, Server

from retrieval.errors import ImportRefused
from retrieval.importers import intercom
from retrieval.importers.document import Document
from retrieval.importers.refusals import Incomplete

AT_ONCE = timedelta(0)
HERE = frozenset({ip_network("127.0.0.1/32")})


def article(number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "article", "id": str(number), "title": f"Refunds {number}", "description": "",
        "body": f"<p>A refund of order {number} takes 5 days.</p>", "author_id": 5,
        "state": "published", "url": f"https://help.test/en/articles/{number}", "parent_id": 22,
        "parent_ids": [22], "parent_type": "collection", "default_locale": "en",
        "created_at": 1672928359, "updated_at": 1672928610,
    } | more  # fmt: skip


def content(title: str, body: str, **more: Any) -> dict[str, Any]:
    return {"type": "article_content", "title": title, "body": body, "state": "published",
            "updated_at": 1704067200} | more  # fmt: skip


def listing(*data: Any, **more: Any) -> dict[str, Any]:
    return {"type": "list", "data": list(data), "total_count": len(data)} | more


COLLECTIONS = listing(
    {"id": "21", "name": "Payments", "parent_id": None},
    {"id": "22", "name": "Getting money back", "parent_id": "21"},
    {"id": "23", "name": "Round", "parent_id": "23"},
    {"id": "24", "name": ""},
)


def write(folder: Path, **files: Any) -> Path:
    for name, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def document(found: dict[str, Document | ImportRefused], name: str) -> Document:
    item = found[name]
    assert isinstance(item, Document), item
    return item


def test_an_article_keeps_everything_that_the_export_says(tmp_path: Path) -> None:
    write(tmp_path, articles=listing(article(3)), collections=COLLECTIONS)
    assert dict(intercom.read(tmp_path)) == {
        "3/en": Document(
            source_id="3/en", name="Refunds 3 (3/en)", title="Refunds 3",
            body="A refund of order 3 takes 5 days.", locale="en", updated=date(2023, 1, 5),
            category="Payments", subcategory="Getting money back",
            url="https://help.test/en/articles/3", translation_key="3",
        )
    }  # fmt: skip


def test_every_language_is_a_document_and_the_default_one_comes_once(tmp_path: Path) -> None:
    translated = {
        "type": "article_translated_content",
        "en": content("Refunds 3", "<p>The same again.</p>"),
        "zh-TW": content("退款", "<p>退款需要五個工作天。</p>", state="draft"),
        "zh-CN": content("退款", "<p>退款需要五个工作日。</p>"),
        "ms": None,
    }
    write(tmp_path, articles=listing(article(3, translated_content=translated)))
    items = list(intercom.read(tmp_path))
    assert [name for name, _ in items] == ["3/en", "3/zh-tw", "3/zh-cn"]
    found = dict(items)
    traditional = document(found, "3/zh-tw")
    assert (traditional.locale, traditional.published) == ("zh-TW", False)
    assert traditional.updated == date(2024, 1, 1)
    assert {document(found, name).translation_key for name in found} == {"3"}


def test_one_broken_language_never_stops_the_others(tmp_path: Path) -> None:
    translated = {"ms": content("Bayaran", "<p>Lima hari sahaja.</p>"), "zh-TW": "no object",
                  "zh-CN": content("", "<p>退款</p>")}  # fmt: skip
    write(tmp_path, articles=listing(article(3, translated_content=translated)))
    found = dict(intercom.read(tmp_path))
    assert {name for name in found if isinstance(found[name], Document)} == {"3/en", "3/ms"}
    assert "zh-TW: must be an object, is a text" in str(found["3/zh-tw"])
    assert "`title` is empty" in str(found["3/zh-cn"])


def test_drafts_descriptions_and_places(tmp_path: Path) -> None:
    write(
        tmp_path, collections=COLLECTIONS,
        articles=listing(
            article(1, state="draft", description="In short: <5 days>."),
            article(2, parent_id=21), article(3, parent_id=23), article(4, parent_id=99),
            article(5, parent_id=None, parent_ids=[]), article(6, parent_id=None),
        ),
    )  # fmt: skip
    found = dict(intercom.read(tmp_path))
    one = document(found, "1/en")
    assert (one.published, one.body.count("In short")) == (False, 1)
    assert one.body.endswith("A refund of order 1 takes 5 days.")
    places = [(d.category, d.subcategory) for n in range(2, 7) if (d := document(found, f"{n}/en"))]
    assert places[0] == ("Payments", "")
    assert places[1][0] == "Round"
    assert places[2:4] == [(None, ""), (None, "")]
    assert places[4] == ("Payments", "Getting money back")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": None}, "`id` is missing"),
    "a strange id": ({"id": {}}, "`id` must be an id, is an object"),
    "no title": ({"title": None}, "`title` is empty"),
    "no body": ({"body": ""}, "`body` is empty"),
    "a body of pictures": ({"body": "<img src='a.png'>"}, "`body` holds no text"),
    "a strange state": ({"state": "hidden"}, "`state` must be published or draft, is 'hidden'"),
    "a strange moment": ({"updated_at": "2026"}, "`updated_at` must be a moment in seconds"),
    "a huge moment": ({"updated_at": 10**30}, "`updated_at` must be a moment in seconds"),
    "true as a moment": ({"updated_at": True}, "`updated_at` must be a moment in seconds"),
    "strange languages": ({"translated_content": []}, "`translated_content` must be an object"),
    "a strange language": ({"translated_content": {"../x": {}}}, "must be a language code"),
    "strange parents": ({"parent_id": None, "parent_ids": 7}, "`parent_ids` must be a list"),
}


@pytest.mark.parametrize(("change", "why"), WRONG.values(), ids=WRONG.keys())
def test_a_broken_article_is_refused_by_its_field_and_the_next_one_is_not(
    tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    write(tmp_path, a=listing(article(1, **change), 7, article(2)))
    items = list(intercom.read(tmp_path))
    assert [type(item) for _, item in items] == [ImportRefused, ImportRefused, Document]
    assert why in str(items[0][1])
    assert str(items[0][1]).startswith("a.json, data[0]")
    assert "must be an object, is a number" in str(items[1][1])


def test_broken_files_and_no_articles(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="holds no articles"):
        list(intercom.read(write(tmp_path, collections=COLLECTIONS)))
    write(tmp_path, a=listing(article(1)), b='{"data": [\n\n}', c={"data": 7})
    items = list(intercom.read(tmp_path))
    assert [name for name, _ in items[:3]] == ["1/en", "b.json", "c.json"]
    assert "b.json, line 3: is no JSON" in str(items[1][1])
    assert "`data` must be a list of articles, is a number" in str(items[2][1])
    assert isinstance(items[-1][1], Incomplete)


def workspace(server: Server, style: str) -> None:
    """Answer as the API does; versions of it write the next page in three ways."""

    def reply(value: Any) -> Answer:
        return Answer(json.dumps(value), kind="application/json")

    def articles(request: Request) -> Answer:
        if "page=2" in request.path or "starting_after=c2" in request.path:
            last = {"pages": {"type": "pages", "next": None}}
            return reply(listing(article(2), **last, total_count=2))
        onward: dict[str, Any] = {
            "address": f"{server.url}/articles?page=2",
            "cursor": {"per_page": 50, "starting_after": "c2"},
            "number": {"page": 2, "per_page": 50},
        }
        pages = {"type": "pages", "next": onward[style]}
        return reply(listing(article(1), pages=pages, total_count=2))

    server.routes |= {"/articles": articles, "/help_center/collections": reply(COLLECTIONS)}


@pytest.mark.parametrize("style", ["address", "cursor", "number"])
def test_the_api_gives_every_page(server: Server, style: str) -> None:
    workspace(server, style)
    steps: list[tuple[int, int]] = []
    asked = intercom.ask(
        "abc",
        base=server.url,
        delay=AT_ONCE,
        allow=HERE,
        progress=lambda done, known: steps.append((done, known)),
    )
    found = dict(asked)
    assert list(found) == ["1/en", "2/en"]
    assert document(found, "2/en").subcategory == "Getting money back"
    assert steps == [(1, 2), (2, 2)]
    headers = server.asked[0].headers
    assert headers["authorization"] == "Bearer abc"
    assert headers["intercom-version"] == "2.11"
    assert headers["accept"] == "application/json"


def test_a_limit_is_waited_for(server: Server) -> None:
    workspace(server, "cursor")
    busy = iter([Answer(status=429, headers={"X-RateLimit-Reset": "1"})])
    normal = server.routes["/articles"]
    assert callable(normal)
    server.routes["/articles"] = lambda request: next(busy, None) or normal(request)
    assert len(list(intercom.ask("abc", base=server.url, delay=AT_ONCE, allow=HERE))) == 2


def test_the_token_never_leaves_its_server(server: Server) -> None:
    with Server() as thief:
        away = {"pages": {"next": f"{thief.url}/articles?page=2"}}
        server.routes["/help_center/collections"] = Answer(
            json.dumps(listing(**away)), kind="application/json"
        )
        with pytest.raises(ImportRefused, match="the token stays there"):
            list(intercom.ask("abc", base=server.url, delay=AT_ONCE, allow=HERE))
        assert thief.asked == []
    with pytest.raises(ImportRefused, match="anybody could read the token"):
        list(intercom.ask("abc", base="http://api.intercom.test"))


def test_a_cancelled_import_stops(server: Server) -> None:
    workspace(server, "cursor")
    seen: list[str] = []
    for name, _ in intercom.ask(
        "abc", base=server.url, delay=AT_ONCE, allow=HERE, cancelled=lambda: bool(seen)
    ):
        seen.append(name)
    assert seen == ["1/en"]
