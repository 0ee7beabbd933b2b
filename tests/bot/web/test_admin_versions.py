"""Versions over REST: what changed between two, and going back to one."""

from typing import Any

import httpx

from bot import audit
from retrieval import articles
from tests.product import Product

PATH = "/api/admin/articles/payments-pending/en"
FIELDS = ("title", "category", "subcategory", "components", "questions", "body", "audience")


async def save(admin: httpx.AsyncClient, **changed: Any) -> dict[str, Any]:
    """One more version; gives the article."""
    now = (await admin.get(PATH)).json()
    same = {name: now[name] for name in FIELDS}
    body = {**same, "publish": True, "base_version": now["version"], **changed}
    answer = await admin.put(PATH, json=body)
    assert answer.status_code == 200, answer.text
    saved: dict[str, Any] = answer.json()
    return saved


async def differing(admin: httpx.AsyncClient, version: int, to: str) -> dict[str, Any]:
    """Which fields differ, with what came and what went."""
    answer = await admin.get(f"{PATH}/versions/{version}", params={"to": to})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    sides = [found[side] and found[side]["version"] for side in ("before", "after")]
    return {"sides": sides} | {
        one["field"]: [(run["kind"], run["text"]) for run in one["runs"] if run["kind"] != "same"]
        for one in found["changes"]
    }


async def test_a_version_is_compared_with_the_one_before_it_and_with_the_latest(
    admin: httpx.AsyncClient,
) -> None:
    await save(admin, title="My booking waits for payment")
    await save(admin, title="My booking waits", body="<b>Wait.</b>", audience="staff")
    renamed = [("removed", "says Awaiting"), ("added", "waits for")]
    assert await differing(admin, 2, "before") == {"sides": [1, 2], "title": renamed}
    since = await differing(admin, 2, "latest")
    assert since["sides"] == [2, 3]
    assert since["audience"] == [("removed", "public"), ("added", "staff")]
    assert since["body"][-1] == ("added", "<b>Wait.</b>")
    assert await differing(admin, 3, "latest") == {"sides": [3, 3]}
    first = await differing(admin, 1, "before")
    assert first["sides"] == [None, 1]
    assert first["title"] == [("added", "My booking says Awaiting payment")]
    missing = await admin.get(f"{PATH}/versions/4")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")


async def test_going_back_makes_a_new_version_and_keeps_who_may_read_it(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    first = (await admin.get(PATH)).json()
    await save(admin, title="Wait", body="Wait.", category="tickets", audience="staff")
    mark = await product.parts.database.read(articles.published_mark)
    back = {"base_version": 2, "publish": True}
    answer = await admin.post(f"{PATH}/versions/1/restore", json=back)
    assert answer.status_code == 200, answer.text
    now = answer.json()
    for name in ("title", "body", "questions", "category", "subcategory", "components"):
        assert now[name] == first[name], name
    assert (now["version"], now["published"], now["audience"]) == (3, True, "staff")
    assert (await stranger.get("/help/en/payments-pending")).status_code == 404
    versions = (await admin.get(f"{PATH}/versions")).json()
    kept = [(one["version"], one["title"], one["was_published"]) for one in versions]
    assert kept[1:] == [(2, "Wait", True), (1, "My booking says Awaiting payment", True)]
    assert await product.parts.database.read(articles.published_mark) != mark, "the index is told"
    newest = await product.parts.database.read(lambda tx: audit.lines(tx, audit.found())[0])
    assert (newest.action, newest.subject) == ("article.restored", "payments-pending (en)")
    assert (newest.before["version"], newest.after["version"]) == (2, 3)
    assert newest.after["restored"] == 1


async def test_a_stale_page_restores_nothing_and_a_draft_reaches_nobody(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await save(admin, body="Nothing but this.")
    stale = {"base_version": 1, "publish": True}
    refused = await admin.post(f"{PATH}/versions/1/restore", json=stale)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "version_conflict")
    assert len((await admin.get(f"{PATH}/versions")).json()) == 2
    quiet = {"base_version": 2, "publish": False}
    draft = (await admin.post(f"{PATH}/versions/1/restore", json=quiet)).json()
    assert (draft["version"], draft["published"], draft["answers"]) == (3, False, True)
    newest = (await admin.get(f"{PATH}/versions")).json()[0]
    assert (newest["published"], newest["was_published"]) == (False, False)
    assert "Nothing but this." in (await stranger.get("/help/en/payments-pending")).text
    gone = await admin.post(f"{PATH}/versions/9/restore", json={**quiet, "base_version": 3})
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "not_found")


async def test_restoring_what_stands_already_leaves_no_line(
    product: Product, admin: httpx.AsyncClient
) -> None:
    async def trail() -> list[str]:
        lines = await product.parts.database.read(lambda tx: audit.lines(tx, audit.found()))
        return [one.action for one in lines]

    await save(admin, title="Wait")
    await save(admin, title="My booking says Awaiting payment")
    before = await trail()
    same = await admin.post(f"{PATH}/versions/3/restore", json={"base_version": 3, "publish": True})
    assert (same.status_code, same.json()["version"]) == (200, 3)
    assert await trail() == before
    other = await admin.post(
        f"{PATH}/versions/2/restore", json={"base_version": 3, "publish": True}
    )
    assert other.json()["version"] == 4
    assert await trail() == ["article.restored", *before]


async def test_an_old_place_that_is_gone_does_not_come_back(admin: httpx.AsyncClient) -> None:
    await save(admin, category="short-lived", subcategory="")
    await save(admin, category="tickets", title="Elsewhere")
    answer = await admin.post(
        f"{PATH}/versions/2/restore", json={"base_version": 3, "publish": True}
    )
    assert answer.json()["category"] == "tickets"
    assert answer.json()["title"] == "My booking says Awaiting payment"


async def test_the_list_says_what_each_language_lacks_and_since_when(
    admin: httpx.AsyncClient,
) -> None:
    await save(admin, title="Soon", publish=False)
    rows = {one["id"]: one for one in (await admin.get("/api/admin/articles")).json()}
    saved = (await admin.get(PATH)).json()["updated_at"]
    gaps = rows["payments-pending"]["gaps"]
    assert gaps == {"en": {"state": "draft", "since": saved, "than": None}}
    assert rows["payments-declined"]["gaps"] == {}
