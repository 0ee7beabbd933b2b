"""What needs an index: passages, suggestions, the console's search, builds."""

import httpx

from tests.clients import WAIT
from tests.product import Product, until


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


async def test_one_builds_at_a_time_and_a_cancelled_build_goes_on(
    indexed: Product,
) -> None:
    async with indexed.rest() as admin:
        before = (await admin.get("/api/admin/index")).json()["live"]
        nothing = await admin.post("/api/admin/index/resume")
        assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "nothing_to_resume")
        with indexed.build_held("verify"):
            asked = {"whole": True, "hold": True}
            await admin.post("/api/admin/index/build", json=asked)
            second = await admin.post("/api/admin/index/build")
            assert (second.status_code, second.json()["error"]["code"]) == (409, "already_building")
            assert (await admin.post("/api/admin/index/cancel")).status_code == 204
        after = await indexed.built(admin)
        assert after["live"] == before
        others = [one["state"] for one in after["generations"] if one["id"] != before]
        assert others == ["cancelled"]
        trail = (await admin.get("/api/admin/audit", params={"action": "index.failed"})).json()
        assert [one["after"] for one in trail["lines"]] == [{"error": "build_cancelled"}]

        stopped = after["stopped"]
        assert (stopped["state"], stopped["whole"], stopped["kept"] > 0) == (
            "cancelled", True, True,
        )  # fmt: skip
        await admin.post("/api/admin/index/resume")  # as it was asked for: held, too
        resumed = await indexed.built(admin)
        newest = resumed["generations"][0]
        assert (newest["state"], newest["base"], resumed["live"]) == ("ready", None, before)
        assert (newest["embedded"], newest["reused"]) == (0, stopped["kept"])
        assert resumed["stopped"] is None


async def test_a_new_index_is_looked_at_before_it_answers(indexed: Product) -> None:
    async with indexed.rest() as admin:
        before = (await admin.get("/api/admin/index")).json()
        pets, receipt = "ferries-pets", "payments-receipt"
        article = (await admin.get(f"/api/admin/articles/{pets}/en")).json()
        fields = ("title", "category", "subcategory", "components", "questions")
        changed = {name: article[name] for name in fields} | {
            "body": "Cats travel free.\n\n## Parrots\n\nParrots pay for a seat.",
            "publish": True,
            "base_version": article["version"],
        }
        await admin.put(f"/api/admin/articles/{pets}/en", json=changed)
        await admin.delete(f"/api/admin/articles/{receipt}/ms")
        held = (await admin.post("/api/admin/index/build", json={"hold": True})).json()
        await until(lambda: not indexed.parts.indexing.building, seconds=600)
        state = (await admin.get("/api/admin/index")).json()
        assert (state["live"], state["pending"]) == (before["live"], 2)
        states = {one["id"]: one["state"] for one in state["generations"]}
        assert (states[held["generation"]], state["stopped"]) == ("ready", None)

        path = f"/api/admin/index/{held['generation']}"
        found = (await admin.get(f"{path}/differences")).json()
        lines = {(one["id"], one["locale"]): one for one in found["articles"]}
        assert {key: one["change"] for key, one in lines.items()} == {
            (pets, "en"): "changed",
            (receipt, "ms"): "removed",
        }
        assert lines[pets, "en"]["passages_added"] == 2
        assert (
            lines[receipt, "ms"]["passages_removed"] == found["languages"]["ms"]["passages_removed"]
        )
        checks = (await admin.get(f"{path}/checks")).json()
        assert checks["asked"] > 0
        assert checks["asked"] == checks["same"] + len(checks["questions"])
        assert checks["failures"] == []

        await admin.post("/api/admin/index/rollback", json=held)
        assert (await admin.get("/api/admin/index")).json()["live"] == held["generation"]
        same = (await admin.get(f"{path}/differences")).json()
        assert (same["articles"], same["total"]) == ([], 0)
        asked = await admin.get("/api/admin/ask", params={"q": "do parrots pay for a seat"})
        assert "Parrots pay for a seat" in asked.json()["answer"]
        gone = await admin.get("/api/admin/index/g-none/differences")
        assert (gone.status_code, gone.json()["error"]["code"]) == (409, "generation_gone")


async def test_without_an_index_nothing_pretends(product: Product) -> None:
    async with product.rest() as admin:
        state = (await admin.get("/api/admin/index")).json()
        assert (state["live"], state["pending"], state["build"]) == (None, 32, None)
        search = await admin.get("/api/console/search", params={"q": "refund"})
        assert (search.status_code, search.json()["error"]["code"]) == (503, "no_index")
        assert (await admin.get("/api/suggest", params={"q": "refund"})).json() == []
        assert (await admin.get("/api/passages/x.en.overview")).status_code == 503
