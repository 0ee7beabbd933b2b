"""The help centre's pages as a browser gets them."""

import re
from typing import Any

import httpx
import pytest

from bot.company import LANGUAGES
from retrieval import articles
from retrieval.articles import ArticleDraft
from tests.product import Product


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("locale", LANGUAGES)
async def test_the_index_and_its_articles_are_in_one_language(
    shared_stranger: httpx.AsyncClient, locale: str
) -> None:
    index = await shared_stranger.get(f"/help/{locale}")
    assert index.status_code == 200
    assert f'<html lang="{locale}">' in index.text
    links = set(re.findall(rf'href="(/help/{locale}/[a-z-]+)"', index.text)) - {
        f"/help/{locale}/status"
    }
    assert len(links) == 8
    for link in sorted(links):
        page = await shared_stranger.get(link)
        assert page.status_code == 200, link
        assert f'<link rel="canonical" href="{link}">' in page.text
        assert page.text.count("<h1>") == 1
        for other in LANGUAGES:
            translated = link.replace(f"/{locale}/", f"/{other}/")
            assert f'hreflang="{other}" href="{translated}"' in page.text
    topics = re.findall(r'<a href="#([a-z-]+)">', index.text)
    assert topics[:2] == ["payments", "account"]
    assert all(f'id="{topic}"' in index.text for topic in topics)


@pytest.mark.asyncio(loop_scope="module")
async def test_every_part_of_the_page_comes_from_the_server_itself(
    shared_stranger: httpx.AsyncClient,
) -> None:
    page = await shared_stranger.get("/help/en/payments-pending")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in page.text
    assert "style=" not in page.text
    again = await shared_stranger.get(
        "/help/en/payments-pending", headers={"If-None-Match": page.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    style = await shared_stranger.get("/help.css")
    assert style.headers["content-type"].startswith("text/css")


async def test_what_is_not_there_is_said_in_the_readers_language(
    product: Product, stranger: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    missing = await stranger.get("/help/ms/nothing")
    assert missing.status_code == 404
    assert '<html lang="ms">' in missing.text
    assert (await stranger.get("/help/xx/nothing")).status_code == 404
    assert (await stranger.get("/help/%3Cscript%3E")).status_code == 404
    await admin.delete("/api/admin/articles/payments-pending/ms")
    elsewhere = await stranger.get("/help/ms/payments-pending")
    assert elsewhere.status_code == 404
    assert 'href="/help/zh-Hant/payments-pending"' in elsewhere.text
    assert (await stranger.get("/help")).headers["location"] == "/help/en"


async def test_an_internal_article_is_for_nobody_outside(
    product: Product, stranger: httpx.AsyncClient
) -> None:
    now = product.clock()
    draft = ArticleDraft(
        id="internal-canary",
        locale="en",
        title="Canary title",
        category="payments",
        subcategory="",
        components=(),
        questions=(),
        body="Canary body",
        updated=now.date(),
        audience="internal",
    )

    def save(tx: Any) -> None:
        articles.save(tx, draft, author="x", now=now)

    await product.parts.database.write(save)
    assert (await stranger.get("/help/en/internal-canary")).status_code == 404
    for path in ("/help/en", "/api/articles", "/help/ms/internal-canary"):
        assert "anary title" not in (await stranger.get(path)).text


async def test_titles_are_text_on_every_page(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    hostile = '<script>alert("x")</script>'
    new = {
        "title": hostile,
        "category": "evil-category",
        "subcategory": hostile,
        "components": [],
        "questions": [hostile],
        "body": hostile,
        "publish": True,
        "base_version": None,
    }
    assert (await admin.put("/api/admin/articles/evil/en", json=new)).status_code == 200
    incident = {
        "title": {"en": hostile},
        "components": ["payments"],
        "severity": "minor",
        "status": "investigating",
        "workaround": {"en": hostile},
        "text": {"en": hostile},
    }
    assert (await admin.post("/api/admin/incidents", json=incident)).status_code == 200
    for path in ("/help/en", "/help/en/evil", "/help/en/status", "/help/ms/evil"):
        page = (await stranger.get(path)).text
        assert "<script" not in page, path
        assert "&lt;script&gt;" in page, path
