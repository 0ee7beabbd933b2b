"""What needs an index: passages, suggestions, the console's search, builds."""

import asyncio
from typing import Any

import httpx

from tests.product import Product


async def until_built(admin: httpx.AsyncClient) -> dict[str, Any]:
    """The index page's data once nothing is being built."""
    async with asyncio.timeout(120):
        while True:
            state: dict[str, Any] = (await admin.get("/api/admin/index")).json()
            if state["build"] is None:
                return state
            await asyncio.sleep(0.2)


async def test_found_passages_can_be_opened_and_a_pulled_one_cannot(indexed: Product) -> None:
    async with indexed.rest("Aina") as agent, indexed.rest() as admin:
        question = {"q": "how long does a refund take", "locale": "en"}
        found = (await agent.get("/api/console/search", params=question)).json()
        assert found[0]["article"] == "refunds-timeline"
        passage = found[0]["passage"]
        shown = (await agent.get(f"/api/passages/{passage}")).json()
        assert shown["text"] == found[0]["text"]
        page = (await agent.get(shown["url"].split("#")[0])).text
        assert f'id="{shown["anchor"]}"' in page
        assert (await agent.get("/api/passages/none")).status_code == 404
        asked = (await admin.get("/api/admin/ask", params={"q": question["q"]})).json()
        assert set(asked) >= {"answer", "language", "citations", "confidence", "decision"}

        await admin.delete("/api/admin/articles/refunds-timeline/en")
        after = (await agent.get("/api/console/search", params=question)).json()
        assert all((one["article"], one["locale"]) != ("refunds-timeline", "en") for one in after)
        assert (await agent.get(f"/api/passages/{passage}")).status_code == 404
        assert (await admin.get("/api/admin/index")).json()["pending"] == 1


async def test_suggestions_come_while_typing(indexed: Product) -> None:
    async with httpx.AsyncClient(base_url=indexed.url, trust_env=False) as client:
        found = await client.get("/api/suggest", params={"q": "receip", "locale": "en"})
        assert found.json()[0]["article"] == "payments-receipt"
        assert len(found.json()) <= 5
        assert (await client.get("/api/suggest", params={"q": " "})).json() == []
        too_long = await client.get("/api/suggest", params={"q": "x" * 201})
        assert too_long.status_code == 422


async def test_a_build_is_started_watched_and_rolled_back(indexed: Product) -> None:
    async with indexed.rest() as admin:
        before = (await admin.get("/api/admin/index")).json()
        assert before["pending"] == 0
        path = "/api/admin/articles/ferries-pets/en"
        article = (await admin.get(path)).json()
        fields = ("title", "category", "subcategory", "components", "questions")
        changed = {name: article[name] for name in fields} | {
            "body": "Cats travel free.",
            "publish": True,
            "base_version": article["version"],
        }
        assert (await admin.put(path, json=changed)).status_code == 200
        assert (await admin.get("/api/admin/index")).json()["pending"] == 1
        started = (await admin.post("/api/admin/index/build")).json()
        second = await admin.post("/api/admin/index/build")
        if second.status_code != 200:
            assert (second.status_code, second.json()["error"]["code"]) == (409, "already_building")
        after = await until_built(admin)
        assert after["pending"] == 0
        assert started["generation"] in {one["id"] for one in after["generations"]}
        back = await admin.post("/api/admin/index/rollback", json={"generation": before["live"]})
        assert back.json() == {"generation": before["live"]}
        assert (await admin.get("/api/admin/index")).json()["live"] == before["live"]
        nowhere = await admin.post("/api/admin/index/rollback", json={"generation": "none"})
        assert nowhere.status_code == 409


async def test_a_build_can_be_cancelled(indexed: Product) -> None:
    async with indexed.rest() as admin:
        before = (await admin.get("/api/admin/index")).json()["live"]
        await admin.post("/api/admin/index/build")
        assert (await admin.post("/api/admin/index/cancel")).status_code == 204
        after = await until_built(admin)
        if after["live"] == before:
            assert after["generations"][0]["state"] in ("cancelled", "live")


async def test_without_an_index_nothing_pretends(product: Product) -> None:
    async with product.rest() as admin:
        state = (await admin.get("/api/admin/index")).json()
        assert (state["live"], state["pending"], state["build"]) == (None, 32, None)
        search = await admin.get("/api/console/search", params={"q": "refund"})
        assert (search.status_code, search.json()["error"]["code"]) == (503, "no_index")
        assert (await admin.get("/api/suggest", params={"q": "refund"})).json() == []
        assert (await admin.get("/api/passages/x.en.overview")).status_code == 503
