"""An admin edits an article and reindexes while customers ask; the next answer is the new one."""

import asyncio
from pathlib import Path

import httpx

from tests.product import QUICK_BUILD, Product, running

ARTICLE = "/api/admin/articles/payments-charged-twice/en"
QUESTION = "the payment went through twice"
NEW = "Send us a photo of the purple form P-77 and we return the second charge the same day."


async def test_edit_reindex_while_answering_and_roll_back(home: Path) -> None:
    async with (
        running(home, settings=QUICK_BUILD) as product,
        product.rest() as rest,
        product.customer() as customer,
    ):
        before = (await customer.ask(QUESTION))["data"]
        article = (await rest.get(ARTICLE)).json()
        old = (await rest.get("/api/admin/index")).json()["live"]
        body = {
            key: article[key]
            for key in ("title", "category", "subcategory", "components", "questions")
        }
        body |= {
            "body": NEW + "\n\n" + article["body"],
            "publish": True,
            "base_version": article["version"],
        }
        saved = await rest.put(ARTICLE, json=body)
        assert saved.status_code == 200, saved.text
        assert (await rest.get("/api/admin/index")).json()["pending"] == 1

        stop = asyncio.Event()

        async def keep_asking() -> int:
            asked = 0
            while not stop.is_set():
                async with product.customer() as other:
                    answer = await other.ask("how long does a refund take")
                    assert answer["data"]["citations"][0]["article"] == "refunds-timeline"
                    asked += 1
            return asked

        asking = asyncio.create_task(keep_asking())
        await product.build(rest)
        stop.set()
        assert await asking > 0, "questions were answered during the build"

        async with product.customer() as fresh:
            after = (await fresh.ask(QUESTION))["data"]
        assert "P-77" not in before["text"]
        assert "P-77" in after["text"]
        live = (await rest.get("/api/admin/index")).json()["live"]
        assert live != old

        await _roll_back(product, rest, old)
        conflict = await rest.put(ARTICLE, json=body)
        assert conflict.status_code == 409
        assert conflict.json()["error"]["code"] == "version_conflict"


async def _roll_back(product: Product, rest: httpx.AsyncClient, old: str) -> None:
    back = await rest.post("/api/admin/index/rollback", json={})
    assert back.status_code == 200, back.text
    async with product.customer() as fresh:
        again = (await fresh.ask(QUESTION))["data"]
    assert "P-77" not in again["text"]
    assert (await rest.get("/api/admin/index")).json()["live"] == old


async def test_a_pulled_article_is_not_answered_from_at_once(product: Product) -> None:
    async with product.rest() as rest:
        async with product.customer() as customer:
            found = (await customer.ask("the payment went through twice"))["data"]
            assert found["citations"][0]["article"] == "payments-charged-twice"
        assert (await rest.delete(ARTICLE)).status_code in (200, 204)
        async with product.customer() as customer:
            later = (await customer.ask("the payment went through twice"))["data"]
    assert "payments-charged-twice" not in [
        c["article"] for c in later["citations"] if c["locale"] == "en"
    ]


async def test_only_admins_reach_the_admin_pages_api(product: Product) -> None:
    async with product.rest("Aina") as agent:
        assert (await agent.get("/api/admin/index")).status_code == 403
        assert (await agent.post("/api/admin/index/build")).status_code == 403
    async with product.rest("Admin") as admin:
        del admin.headers["X-Handrail-CSRF"]
        refused = await admin.post("/api/admin/index/build")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "csrf")
