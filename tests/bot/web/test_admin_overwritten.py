"""Two admins change one thing: a stale page is refused, and told who was faster."""

from typing import Any

import httpx
import pytest

from tests.product import Product

RULE: dict[str, Any] = {"id": "law", "name": "Law", "when": {"words": {"en": ["lawyer"]}}}
TEAM: dict[str, Any] = {"name": "Billing", "languages": ["en"], "members": []}
REPLY: dict[str, Any] = {"category": "Refunds", "name": "Started", "texts": {"en": "It has."}}


def overwritten(answer: httpx.Response, *, removed: bool = False) -> dict[str, Any]:
    """What a refusal tells: who was faster, and when."""
    error: dict[str, Any] = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "version_conflict"), answer.text
    assert error["details"]["removed"] is removed
    assert error["details"]["author"] == "Admin"
    assert error["details"]["changed_at"].endswith("Z")
    assert "by Admin" in error["message"]
    return error


async def _lists(admin: httpx.AsyncClient, name: str) -> tuple[str, Any, Any]:
    """The address of a list, its body as it is sent, and the same changed."""
    path = f"/api/admin/{name}"
    found = (await admin.get(path)).json()
    if name == "rules":
        return path, found, [*found, RULE]
    plain = [{"id": one["id"], "name": one["name"], "subcategories": []} for one in found]
    return (
        path,
        {"categories": plain, "removed": []},
        {"categories": [*plain[1:], plain[0]], "removed": []},
    )


@pytest.mark.parametrize("name", ["rules", "categories"])
async def test_a_whole_list_is_saved_only_over_what_was_read(
    admin: httpx.AsyncClient, name: str
) -> None:
    path, same, other = await _lists(admin, name)
    read = await admin.get(path)
    base = {"base": read.headers["ETag"].strip('"')}
    assert (await admin.get(path)).headers["ETag"] == read.headers["ETag"]
    saved = await admin.put(path, json=other, params=base)
    assert saved.status_code == 200, saved.text
    assert saved.headers["ETag"] == (await admin.get(path)).headers["ETag"]
    overwritten(await admin.put(path, json=same, params=base))
    assert (await admin.get(path)).json() == saved.json()
    fresh = {"base": saved.headers["ETag"].strip('"')}
    assert (await admin.put(path, json=same, params=fresh)).status_code == 200
    without = await admin.put(path, json=other)
    assert without.status_code == 200, "who names no revision overwrites, as programs did before"


@pytest.mark.parametrize(
    ("name", "body", "changed"),
    [
        ("teams", TEAM, {"name": "Refunds"}),
        ("teams", TEAM, {"languages": []}),
        ("replies", REPLY, {"texts": {"en": "It has not."}}),
        ("replies", REPLY, {"category": "Trips"}),
    ],
)
async def test_a_row_is_saved_or_removed_only_as_it_was_read(
    admin: httpx.AsyncClient, name: str, body: dict[str, Any], changed: dict[str, Any]
) -> None:
    made = (await admin.post(f"/api/admin/{name}", json=body)).json()
    path, stale = f"/api/admin/{name}/{made['id']}", {"base": made["revision"]}
    saved = (await admin.put(path, json=body | changed, params=stale)).json()
    assert saved["revision"] != made["revision"]
    overwritten(await admin.put(path, json=body, params=stale))
    overwritten(await admin.delete(path, params=stale))
    fresh = {"base": saved["revision"]}
    again = (await admin.put(path, json=body, params=fresh)).json()
    assert again["revision"] == made["revision"], "the same content has the same revision"
    assert (await admin.delete(path, params=stale)).status_code == 200
    overwritten(await admin.put(path, json=body, params=fresh), removed=True)
    lost = await admin.put(path, json=body)
    assert (lost.status_code, lost.json()["error"]["code"]) == (404, "not_found")


async def test_a_person_is_changed_only_as_they_were_read(
    product: Product, admin: httpx.AsyncClient
) -> None:
    async def read() -> dict[str, Any]:
        people = (await admin.get("/api/admin/agents")).json()
        found: dict[str, Any] = next(one for one in people if one["name"] == "Aina")
        return found

    async with product.agent("Aina"):
        first = await read()
    assert (await read())["revision"] == first["revision"], "presence is nothing that admins set"
    path, stale = f"/api/admin/agents/{first['id']}", {"base": first["revision"]}
    assert (await admin.patch(path, json={"capacity": 7}, params=stale)).status_code == 200
    overwritten(await admin.patch(path, json={"role": "admin"}, params=stale))
    now = await read()
    assert (now["role"], now["account_capacity"]) == ("agent", 7)
    await admin.post(f"{path}/disable")
    overwritten(await admin.patch(path, json={"capacity": 3}, params={"base": now["revision"]}))
