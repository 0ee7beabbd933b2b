"""Articles over REST: editing, versions, pulling, importing."""

import json
from typing import Any

import httpx
import pytest

from tests.clients import WAIT
from tests.product import Product

PATH = "/api/admin/articles/payments-pending/en"
FRONT = """---
id: {id}
locale: {locale}
title: {title}
category: payments
updated: 2026-11-01
---
Some **text**.
"""


def edited(article: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The article as the editor sends it back."""
    fields = ("title", "category", "subcategory", "components", "questions", "body")
    same = {name: article[name] for name in fields}
    return {**same, "publish": True, "base_version": article["version"], **changed}


async def test_the_list_has_one_row_per_article_with_its_languages(
    admin: httpx.AsyncClient,
) -> None:
    rows = (await admin.get("/api/admin/articles")).json()
    assert len(rows) == 8
    row = next(one for one in rows if one["id"] == "payments-pending")
    assert set(row["locales"]) == {"en", "zh-Hans", "zh-Hant", "ms"}
    assert row["locales"]["en"]["published"] is True
    assert row["locales"]["en"]["title"] == "My booking says Awaiting payment"
    found = (await admin.get("/api/admin/articles", params={"q": "PAY-402"})).json()
    assert [one["id"] for one in found] == ["payments-declined"]


async def test_saving_makes_a_version_and_a_stale_editor_is_told(
    admin: httpx.AsyncClient,
) -> None:
    article = (await admin.get(PATH)).json()
    answer = await admin.put(PATH, json=edited(article, title="Awaiting payment"))
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.json()["author"] == "Admin"
    stale = await admin.put(PATH, json=edited(article, title="Something else"))
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "version_conflict")
    blind = await admin.put(PATH, json=edited(article, base_version=None))
    assert blind.status_code == 409
    versions = (await admin.get(f"{PATH}/versions")).json()
    assert [one["version"] for one in versions] == [2, 1]
    assert versions[0]["published"] is True


async def test_saving_what_was_not_changed_makes_no_version(admin: httpx.AsyncClient) -> None:
    article = (await admin.get(PATH)).json()
    answer = await admin.put(PATH, json=edited(article))
    assert answer.json() == article


async def test_a_draft_does_not_reach_customers_and_a_new_article_does(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    article = (await admin.get(PATH)).json()
    draft = await admin.put(PATH, json=edited(article, body="Secret plans.", publish=False))
    assert draft.json()["published"] is False
    page = await stranger.get("/help/en/payments-pending")
    assert page.status_code == 200
    assert "Secret plans" not in page.text
    new = edited(article, title="New one", base_version=None)
    path = "/api/admin/articles/payments-new/ms"
    assert (await admin.put(path, json=new)).json()["version"] == 1
    assert "New one" in (await stranger.get("/help/ms")).text
    assert (await stranger.get("/help/ms/payments-new")).status_code == 200


async def test_a_pulled_article_is_gone_for_strangers_at_once(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    answer = await admin.delete(PATH)
    assert (answer.status_code, answer.json()["published"]) == (200, False)
    assert (await stranger.get("/help/en/payments-pending")).status_code == 404
    other = await stranger.get("/help/ms/payments-pending")
    assert other.status_code == 200
    assert 'hreflang="en"' not in other.text
    tree = (await stranger.get("/api/articles", params={"locale": "en"})).text
    assert "payments-pending" not in tree
    linking = (await stranger.get("/help/en/payments-declined")).text
    assert "/help/en/payments-pending" not in linking


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"body": "x" * 200_001}, "body"),
        ({"body": "nul \u0000 byte"}, "body"),
        ({"body": "half \ud800 a character"}, "body"),
        ({"category": "../etc"}, "category"),
        ({"audience": "internal"}, "audience"),
        ({"version": 9}, "version"),
        ({"publish": "yes"}, "publish"),
        ({"components": ["x"] * 21}, "components"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_saved(
    shared_admin: httpx.AsyncClient, changed: dict[str, Any], field: str
) -> None:
    article = (await shared_admin.get(PATH)).json()
    body = json.dumps(edited(article, **changed))  # escapes what is no character
    headers = {"Content-Type": "application/json"}
    answer = await shared_admin.put(PATH, content=body, headers=headers)
    assert answer.status_code == 422
    assert field in answer.json()["error"]["message"]
    assert (await shared_admin.get(PATH)).json() == article


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("path", ["payments-pending/fr", "Payments_Pending/en", "..%2f..%2fx/en"])
async def test_ids_and_languages_are_what_they_must_be(
    shared_admin: httpx.AsyncClient, path: str
) -> None:
    answer = await shared_admin.get(f"/api/admin/articles/{path}")
    assert answer.status_code in (404, 422)


async def test_an_import_tells_of_each_file(admin: httpx.AsyncClient) -> None:
    new = FRONT.format(id="new-one", locale="en", title="New")
    files = [
        ("new.md", new.encode()),
        ("again.md", new.encode()),
        ("broken.md", b"---\nid: broken\n"),
        ("latin.md", new.encode("utf-16")),
        ("french.md", FRONT.format(id="a", locale="fr", title="A").encode()),
        ("huge.md", new.encode() + b"x" * 1_000_001),
        ("../../etc/passwd.md", FRONT.format(id="b", locale="ms", title="B").encode()),
        ("page.exe", FRONT.format(id="c", locale="ms", title="C").encode()),
    ]
    answer = await admin.post("/api/admin/import", files=[("files[]", one) for one in files])
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["name"] for one in results][-2:] == ["passwd.md", "page.exe"]
    assert [one["result"] for one in results] == [
        *("imported", "refused", "refused", "refused"),
        *("refused", "refused", "imported", "refused"),
    ]
    assert results[0]["article"] == "new-one"
    assert all(one["reason"] for one in results if one["result"] == "refused")
    assert "new.md" in results[1]["reason"]
    second = await admin.post(
        "/api/admin/import",
        files=[
            ("files[]", files[0]),
            ("files[]", ("b.md", FRONT.format(id="b", locale="ms", title="B2").encode())),
        ],
    )
    assert [one["result"] for one in second.json()["results"]] == ["unchanged", "replaced"]


async def test_an_upload_that_is_none_is_refused(admin: httpx.AsyncClient) -> None:
    empty = await admin.post("/api/admin/import", data={"x": "y"})
    assert (empty.status_code, empty.json()["error"]["code"]) == (422, "bad_upload")
    many = [("files[]", (f"{n}.md", b"x")) for n in range(201)]
    answer = await admin.post("/api/admin/import", files=many)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_upload")


async def test_bodies_have_a_limit(admin: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    announced = await stranger.post("/api/session", content=b"x" * 2_000_001)
    assert (announced.status_code, announced.json()["error"]["code"]) == (413, "too_large")

    async def endless() -> Any:
        for _ in range(40):
            yield b"x" * 100_000

    async with httpx.AsyncClient(
        base_url=str(admin.base_url), trust_env=False, timeout=WAIT
    ) as client:
        answer = await client.post("/api/session", content=endless())
    assert answer.status_code in (400, 413)


async def test_categories_and_components_come_in_order(product: Product) -> None:
    async with product.rest() as admin:
        categories = (await admin.get("/api/admin/categories")).json()
        components = (await admin.get("/api/admin/components")).json()
    assert categories[0]["id"] == "payments"
    assert categories[0]["subcategories"][0]["name"]["en"] == "Charges"
    assert {one["id"] for one in components} >= {"payments", "partner-api"}
