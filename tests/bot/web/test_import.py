"""Imports over REST: files that were sent, sources with an address, what they leave to decide."""

import asyncio
import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.setup import SOURCE
from retrieval import importing
from retrieval.importers.document import Document
from retrieval.importing import Origin
from tests.product import Product

PATH = "/api/admin/import"
PAGE = """<!doctype html><html lang="{lang}"><head><title>{title}</title></head><body>
<nav><a href="/">Home</a></nav><main><h1>{title}</h1><p>{text} It is written in more than a few
words, so that nobody takes it for a menu or a footer of the page.</p></main></body></html>"""
MARKDOWN = (
    "---\nid: {id}\nlocale: en\ntitle: {id}\ncategory: fees\nupdated: 2026-11-01\n---\n{text}\n"
)


def html(title: str, text: str, lang: str = "en") -> bytes:
    return PAGE.format(title=title, text=text, lang=lang).encode()


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


async def send(admin: httpx.AsyncClient, *files: tuple[str, bytes], **query: Any) -> dict[str, Any]:
    sent = [("files[]", one) for one in files]
    answer = await admin.post(PATH, files=sent, params=query, timeout=60)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def bring(product: Product, *pages: Document, origin: Origin) -> None:
    """Import pages as a source would, without its network."""
    parts = product.parts
    await asyncio.to_thread(
        importing.run,
        parts.database.sync,
        [(one.name, one) for one in pages],
        source=origin,
        author="import",
        now=parts.now,
    )


async def source(admin: httpx.AsyncClient, name: str) -> dict[str, Any]:
    found: dict[str, Any] = (
        await admin.get("/api/admin/imports/source", params={"name": name})
    ).json()
    return found


def line_of(state: dict[str, Any], name: str) -> dict[str, Any]:
    """The line of one source."""
    found: dict[str, Any] = next(one for one in state["sources"] if one["name"] == name)
    return found


async def settled(admin: httpx.AsyncClient) -> dict[str, Any]:
    """The state once nothing runs."""
    async with asyncio.timeout(60):
        while True:
            state: dict[str, Any] = (await admin.get("/api/admin/imports")).json()
            if state["running"] is None:
                return state
            await asyncio.sleep(0.05)


async def test_files_of_several_kinds_each_have_their_result(
    admin: httpx.AsyncClient, product: Product
) -> None:
    found = await send(
        admin,
        ("pets.html", html("Travelling with a parrot", "Parrots fly for free.")),
        ("fees.md", MARKDOWN.format(id="fees", text="Fees.").encode()),
        ("picture.png", b"\x89PNG\r\n\x1a\n"),
        category="extras",
        audience="signed_in",
    )
    assert [one["result"] for one in found["results"]] == ["imported", "imported", "refused"]
    assert found["results"][0]["article"] == "travelling-with-a-parrot"
    shown = (await admin.get("/api/admin/articles/travelling-with-a-parrot/en")).json()
    assert (shown["category"], shown["audience"]) == ("extras", "signed_in")
    assert shown["source"] == {
        "name": "upload", "url": None, "state": "present", "proposed": False,
    }  # fmt: skip
    fees = (await admin.get("/api/admin/articles/fees/en")).json()
    assert fees["category"] == "fees"


async def test_drafts_are_not_shown_to_anybody(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await send(admin, ("fees.md", MARKDOWN.format(id="fees", text="Fees.").encode()), draft=True)
    assert (await admin.get("/api/admin/articles/fees/en")).json()["published"] is False
    assert (await stranger.get("/help/en/fees")).status_code == 404


async def test_a_zip_is_a_source_and_what_it_lost_is_proposed(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    files = {
        f"{name}.md": MARKDOWN.format(id=name, text=f"About {name}.").encode()
        for name in ("fees", "bags", "seats")
    }
    first = await send(admin, ("guide.zip", packed(files)))
    assert ([one["result"] for one in first["results"]], first["missing"]) == (["imported"] * 3, 0)
    del files["bags.md"]
    second = await send(admin, ("guide.zip", packed(files)))
    assert ([one["result"] for one in second["results"]], second["missing"]) == (
        ["unchanged"] * 2,
        1,
    )
    details = await source(admin, "guide.zip")
    (gone,) = details["missing"]
    assert (gone["article"], gone["title"], details["documents"]) == ("bags", "bags", 2)
    assert (await stranger.get("/help/en/bags")).status_code == 200
    key = {"source_id": gone["source_id"], "locale": gone["locale"]}
    body = {"name": "guide.zip", "documents": [key]}
    removed = await admin.post("/api/admin/imports/remove", json=body)
    assert removed.json() == {"documents": 1}
    assert (await stranger.get("/help/en/bags")).status_code == 404
    assert (await source(admin, "guide.zip"))["missing"] == []
    refused = await admin.post("/api/admin/imports/again", json={"name": "guide.zip"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "bad_upload")


async def test_what_is_gone_can_be_kept(admin: httpx.AsyncClient) -> None:
    one = MARKDOWN.format(id="fees", text="Fees.").encode()
    await send(admin, ("guide.zip", packed({"fees.md": one, "b.txt": b"# Bags\n\nTwo bags."})))
    await send(admin, ("guide.zip", packed({"fees.md": one})))
    (gone,) = (await source(admin, "guide.zip"))["missing"]
    key = {"source_id": gone["source_id"], "locale": gone["locale"]}
    kept = await admin.post(
        "/api/admin/imports/keep", json={"name": "guide.zip", "documents": [key]}
    )
    assert kept.json() == {"documents": 1}
    details = await source(admin, "guide.zip")
    assert (details["missing"], details["documents"]) == ([], 1)


@pytest.mark.parametrize("accept", [True, False])
async def test_an_edited_article_is_decided_by_people(
    admin: httpx.AsyncClient, product: Product, accept: bool
) -> None:
    origin = Origin("guide", "folder", "/srv/guide")
    page = Document("a", "a.html", "Fees", "Their words.", locale="en")
    await bring(product, page, origin=origin)
    article = (await admin.get("/api/admin/articles/fees/en")).json()
    fields = ("title", "category", "subcategory", "components", "questions")
    edited = {name: article[name] for name in fields}
    edited |= {"body": "Our words.", "publish": True, "base_version": 1}
    assert (await admin.put("/api/admin/articles/fees/en", json=edited)).status_code == 200
    await bring(
        product, Document("a", "a.html", "Fees", "Newer words.", locale="en"), origin=origin
    )
    details = await source(admin, "guide")
    (newer,) = details["proposed"]
    assert (newer["ours"], newer["theirs"]) == ("Our words.", "Newer words.")
    assert details["problems"][0]["result"] == "kept"
    assert (await admin.get("/api/admin/articles/fees/en")).json()["source"]["proposed"] is True
    body = {"name": "guide", "source_id": "a", "locale": "en", "accept": accept}
    assert (await admin.post("/api/admin/imports/decide", json=body)).status_code == 204
    shown = (await admin.get("/api/admin/articles/fees/en")).json()
    assert shown["body"] == ("Newer words." if accept else "Our words.")
    assert (await source(admin, "guide"))["proposed"] == []
    assert (await admin.post("/api/admin/imports/decide", json=body)).status_code == 404


async def test_a_source_is_imported_again_in_the_background(
    admin: httpx.AsyncClient, product: Product, tmp_path: Path
) -> None:
    folder = tmp_path / "guide"
    folder.mkdir()
    (folder / "fees.html").write_bytes(html("Our fees", "Everything is free."))
    (folder / "broken.pdf").write_bytes(b"not a pdf")
    origin = Origin("guide", "folder", str(folder))
    await bring(product, Document("gone", "gone.html", "Old", "Old words."), origin=origin)
    begun = await admin.post("/api/admin/imports/again", json={"name": "guide"})
    assert (begun.status_code, begun.json()) == (202, {"name": "guide"})
    line = line_of(await settled(admin), "guide")
    assert line["outcome"] == "done"
    assert line["counts"] == {"imported": 1, "refused": 1}
    assert line["missing"] == 1
    assert line["warning"] is not None
    (problem,) = (await source(admin, "guide"))["problems"]
    assert problem["name"] == "broken.pdf"
    assert (await admin.get("/api/admin/articles/our-fees/en")).status_code == 200


async def test_a_source_that_cannot_be_read_says_why(
    admin: httpx.AsyncClient, product: Product
) -> None:
    origin = Origin("guide", "folder", "/nowhere/at/all")
    await bring(product, Document("a", "a.html", "Fees", "Words."), origin=origin)
    await admin.post("/api/admin/imports/again", json={"name": "guide"})
    line = line_of(await settled(admin), "guide")
    assert (line["outcome"], line["missing"]) == ("failed", 0)
    assert "/nowhere/at/all" in line["error"]
    private = {"address": "http://127.0.0.1:9/"}
    assert (await admin.post("/api/admin/imports", json=private)).status_code == 202
    lines = (await settled(admin))["sources"]
    web = next(one for one in lines if one["kind"] == "web")
    assert web["outcome"] == "failed"  # nobody reads private networks through this server


async def test_one_import_at_a_time_and_it_can_be_stopped(
    admin: httpx.AsyncClient, product: Product, tmp_path: Path
) -> None:
    folder = tmp_path / "guide"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.html").write_bytes(html(f"Page {number}", f"Number {number}."))
    await bring(product, origin=Origin("guide", "folder", str(folder)))
    await bring(product, origin=Origin("other", "folder", str(tmp_path)))
    assert (await admin.post("/api/admin/imports/again", json={"name": "guide"})).is_success
    second = await admin.post("/api/admin/imports/again", json={"name": "other"})
    assert (second.status_code, second.json()["error"]["code"]) == (409, "already_importing")
    running = (await admin.get("/api/admin/imports")).json()["running"]
    assert running["name"] == "guide"
    assert (await admin.post("/api/admin/imports/cancel")).status_code == 204
    state = await settled(admin)
    line = line_of(state, "guide")
    assert line["outcome"] == "cancelled"
    assert line["counts"].get("imported", 0) < 300


async def test_a_source_can_be_forgotten(admin: httpx.AsyncClient, product: Product) -> None:
    page = Document("a", "a.html", "Fees", "Words.", locale="en")
    await bring(product, page, origin=Origin("guide", "folder", "/srv/guide"))
    assert (await admin.post("/api/admin/imports/forget", json={"name": "guide"})).is_success
    left = (await admin.get("/api/admin/imports")).json()["sources"]
    assert [one["name"] for one in left] == [SOURCE], "only the sample's own"
    assert (await admin.get("/api/admin/articles/fees/en")).json()["source"] is None
    missing = await admin.post("/api/admin/imports/forget", json={"name": "guide"})
    assert missing.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"address": "/etc"},
        {"address": "file:///etc/passwd"},
        {"address": "https://example.com/", "kind": "files"},
        {"address": "https://example.com/", "locale": "fr"},
        {"address": "https://example.com/", "audience": "everybody"},
        {},
    ],
)
async def test_only_addresses_of_the_web_can_be_named(
    admin: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await admin.post("/api/admin/imports", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_request")


async def test_strangers_and_agents_import_nothing(
    stranger: httpx.AsyncClient, product: Product
) -> None:
    async with product.rest("Aina") as agent:
        for client, status in ((stranger, 401), (agent, 403)):
            assert (await client.get("/api/admin/imports")).status_code == status
            body = {"address": "https://example.com/"}
            assert (await client.post("/api/admin/imports", json=body)).status_code == status
            assert (await client.post(PATH, files={"files": b"x"})).status_code == status


async def test_the_help_centre_knows_collections_and_the_names_of_sources(
    admin: httpx.AsyncClient, product: Product, stranger: httpx.AsyncClient
) -> None:
    plain = (await stranger.get("/help/en")).text
    assert "?collection=" not in plain
    page = Document(
        "a", "a.html", "Gangways", "Mind the step.", locale="en",
        collection="Ports", category="On board & ashore", subcategory="Steps",
    )  # fmt: skip
    await bring(product, page, origin=Origin("guide", "folder", "/srv/guide"))
    both = (await stranger.get("/help/en")).text
    assert "On board &amp; ashore" in both
    assert "?collection=ports" in both
    ports = (await stranger.get("/help/en", params={"collection": "ports"})).text
    assert "Gangways" in ports
    assert "Awaiting payment" not in ports
    odd = await stranger.get("/help/en", params={"collection": "<b>"})
    assert "Awaiting payment" in odd.text
    listed = {one["id"]: one for one in (await admin.get("/api/admin/categories")).json()}
    steps = {"id": "steps", "name": {"en": "Steps"}, "articles": 1}
    assert listed["on-board-ashore"]["subcategories"] == [steps]
    sets = [one["id"] for one in (await admin.get("/api/admin/collections")).json()]
    assert sets == ["main", "ports"]


async def test_a_moved_article_is_found_at_its_old_address(
    admin: httpx.AsyncClient, product: Product, stranger: httpx.AsyncClient
) -> None:
    page = Document("a", "a.html", "Bayaran tertunda", "Tunggu sebentar.", locale="ms")
    await bring(product, page, origin=Origin("guide", "folder", "/srv/guide"))
    path = "/api/admin/articles/bayaran-tertunda/ms/translates"
    taken = await admin.post(path, json={"article": "payments-pending"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "version_conflict")
    english = Document("b", "b.html", "Late payments", "Wait a moment.", locale="en")
    await bring(product, page, english, origin=Origin("guide", "folder", "/srv/guide"))
    moved = await admin.post(path, json={"article": "late-payments"})
    assert (moved.status_code, moved.json()["id"]) == (200, "late-payments")
    old = await stranger.get("/help/ms/bayaran-tertunda")
    assert (old.status_code, old.headers["location"]) == (308, "/help/ms/late-payments")
    again = Document("a", "a.html", "Bayaran lewat", "Tunggu.", locale="ms")
    await bring(product, again, english, origin=Origin("guide", "folder", "/srv/guide"))
    shown = (await admin.get("/api/admin/articles/late-payments/ms")).json()
    assert (shown["title"], shown["version"]) == ("Bayaran lewat", 2)


@pytest.mark.parametrize(
    ("read_in", "refused", "kept"),
    [
        ("en", "line 1: empty. Write front matter", "was edited here"),
        ("zh-Hans", "第 1 行：文件是空的", "已在这里编辑过"),
        ("zh-Hant", "第 1 行：檔案是空的", "已在這裡編輯過"),
        ("ms", "baris 1: fail ini kosong", "telah disunting di sini"),
    ],
)
async def test_reasons_are_told_in_the_readers_language_and_programs_get_a_code(
    product: Product, admin: httpx.AsyncClient, read_in: str, refused: str, kept: str
) -> None:
    files = {"fees.md": MARKDOWN.format(id="fees", text="One."), "none.md": " "}
    archive = packed({name: text.encode() for name, text in files.items()})
    sent = await send(admin, ("all.zip", archive), read_in=read_in)
    none = next(one for one in sent["results"] if one["name"] == "none.md")
    assert none["told"]["code"] == "empty"
    assert none["told"]["text"].startswith(refused)
    assert none["reason"].startswith("none.md, line 1: empty. Write"), "programs read English"
    article = (await admin.get("/api/admin/articles/fees/en")).json()
    fields = ("title", "category", "subcategory", "components", "questions")
    mine = {name: article[name] for name in fields} | {"body": "Mine.", "publish": True}
    saved = await admin.put(
        "/api/admin/articles/fees/en", json={**mine, "base_version": article["version"]}
    )
    assert saved.status_code == 200, saved.text
    newer = packed({"fees.md": MARKDOWN.format(id="fees", text="Two.").encode()})
    await send(admin, ("all.zip", newer))
    asked = {"name": "all.zip", "read_in": read_in}
    found = (await admin.get("/api/admin/imports/source", params=asked)).json()
    told = [one["told"] for one in found["problems"] if one["result"] == "kept"]
    assert [one["code"] for one in told] == ["edited_here"]
    assert told[0]["text"].startswith(kept)
    assert found["warning"] is None
