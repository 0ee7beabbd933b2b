"""What needs an index: passages, suggestions, the console's search, builds."""

import httpx

from tests.clients import WAIT
from tests.product import Product


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


async def test_agents_find_internal_articles_and_customers_do_not(indexed: Product) -> None:
    async with indexed.rest("Aina") as agent, indexed.rest() as admin:
        internal = {
            "title": "Goodwill vouchers for seasick parrots",
            "category": "payments",
            "body": "Give a seasick parrot's owner a voucher of RM 20, once.",
            "audience": "staff",
            "publish": True,
        }
        saved = await admin.put("/api/admin/articles/goodwill-parrots/en", json=internal)
        assert saved.status_code == 200, saved.text
        await admin.post("/api/admin/index/build")
        await indexed.built(admin)

        asked = {"q": "voucher for a seasick parrot", "locale": "en"}
        found = (await agent.get("/api/console/search", params=asked)).json()
        assert (found[0]["article"], found[0]["audience"]) == ("goodwill-parrots", "staff")
        assert {one["audience"] for one in found} == {"staff", "public"}

        suggested = await agent.get("/api/suggest", params=asked)
        assert "goodwill-parrots" not in suggested.text
        answered = await admin.get("/api/admin/ask", params={"q": asked["q"]})
        assert answered.status_code == 200
        assert "goodwill-parrots" not in answered.text
        assert (await agent.get(found[0]["url"].split("#")[0])).status_code == 404


async def test_suggestions_come_while_typing(indexed: Product) -> None:
    async with httpx.AsyncClient(base_url=indexed.url, trust_env=False, timeout=WAIT) as client:
        found = await client.get("/api/suggest", params={"q": "receip", "locale": "en"})
        assert found.json()[0]["article"] == "payments-receipt"
        shown = await client.get(f"/api/passages/{found.json()[0]['passage']}")
        assert shown.json()["article"] == "payments-receipt"
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
        await admin.post("/api/admin/index/build")
        after = await indexed.built(admin)
        assert after["live"] != before["live"]
        back = await admin.post("/api/admin/index/rollback", json={"generation": before["live"]})
        assert back.json() == {"generation": before["live"]}
        assert (await admin.get("/api/admin/index")).json()["live"] == before["live"]
        nowhere = await admin.post("/api/admin/index/rollback", json={"generation": "none"})
        assert nowhere.status_code == 409
        trail = (await admin.get("/api/admin/audit", params={"action": "index"})).json()["lines"]
        told = {one["action"]: (one["name"], one["before"].get("live")) for one in trail}
        assert told == {
            "index.begun": ("Admin", None),
            "index.switched": ("Admin", before["live"]),
            "index.rolled_back": ("Admin", after["live"]),
        }


async def test_only_one_builds_at_a_time_and_it_can_be_cancelled(indexed: Product) -> None:
    async with indexed.rest() as admin:
        before = (await admin.get("/api/admin/index")).json()["live"]
        with indexed.build_held("verify"):
            await admin.post("/api/admin/index/build")
            second = await admin.post("/api/admin/index/build")
            assert (second.status_code, second.json()["error"]["code"]) == (409, "already_building")
            assert (await admin.post("/api/admin/index/cancel")).status_code == 204
        after = await indexed.built(admin)
        assert after["live"] == before
        others = [one["state"] for one in after["generations"] if one["id"] != before]
        assert others == ["cancelled"]
        trail = (await admin.get("/api/admin/audit", params={"action": "index.failed"})).json()
        assert [one["after"] for one in trail["lines"]] == [{"error": "build_cancelled"}]


async def test_without_an_index_nothing_pretends(product: Product) -> None:
    async with product.rest() as admin:
        state = (await admin.get("/api/admin/index")).json()
        assert (state["live"], state["pending"], state["build"]) == (None, 32, None)
        search = await admin.get("/api/console/search", params={"q": "refund"})
        assert (search.status_code, search.json()["error"]["code"]) == (503, "no_index")
        assert (await admin.get("/api/suggest", params={"q": "refund"})).json() == []
        assert (await admin.get("/api/passages/x.en.overview")).status_code == 503
