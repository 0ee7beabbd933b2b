"""While something is broken: the incident first, a banner, and every update told once."""

from datetime import timedelta
from typing import Any

import httpx

from bot.conversation.tables import follows
from retrieval.incidents import ledger
from tests.clients import CustomerClient
from tests.product import Product

PAYING = {
    "en": "I can't pay with my card",
    "zh-Hans": "刷卡支付不了怎么办",
    "zh-Hant": "刷卡付款一直失敗",
    "ms": "tak boleh bayar guna kad",
}


async def _declare(rest: httpx.AsyncClient) -> None:
    answer = await rest.post("/api/admin/incidents/sample-payments/declare")
    assert answer.status_code == 200, answer.text


async def _update(rest: httpx.AsyncClient, status: str, text: str) -> None:
    body: dict[str, Any] = {
        "status": status,
        "text": {"en": text, "zh-Hans": "更新：" + text},
        "next_update_minutes": 30 if status != "resolved" else None,
    }
    answer = await rest.post("/api/admin/incidents/sample-payments/updates", json=body)
    assert answer.status_code == 200, answer.text


async def test_a_question_about_paying_is_answered_with_the_incident_first(
    product: Product,
) -> None:
    async with product.rest() as rest, product.customer("en") as watcher:
        await _declare(rest)
        banner = await watcher.wait(lambda f: f["type"] == "incidents" and bool(f["items"]))
        assert banner["items"][0]["id"] == "sample-payments"
        for locale, question in PAYING.items():
            async with product.customer(locale) as customer:
                welcome = customer.frames[0]
                assert welcome["incidents"][0]["workaround"], "the banner is there from the start"
                answer = await customer.ask(question)
                data = answer["data"]
                assert data["decision"] == "incident", (locale, data)
                assert data["incident"] == "sample-payments"
                assert data["language"] == locale
                assert data["citations"][0]["article"] == "incident:sample-payments"
                assert welcome["incidents"][0]["workaround"][:10] in data["text"]
                assert "UTC" in data["text"], "as of when"


async def test_a_question_about_something_else_is_answered_as_always(product: Product) -> None:
    async with product.rest() as rest, product.customer() as customer:
        await _declare(rest)
        answer = await customer.ask("how much luggage can I take on the ferry")
    assert answer["data"]["decision"] == "answer"
    assert answer["data"]["citations"][0]["article"] == "ferries-baggage"


async def test_followers_hear_each_update_once_and_others_nothing(product: Product) -> None:
    async with (
        product.rest() as rest,
        product.customer("en") as english,
        product.customer("zh-Hans") as chinese,
        product.customer("en") as other,
    ):
        await _declare(rest)
        await english.ask(PAYING["en"])
        await chinese.ask(PAYING["zh-Hans"])
        await other.ask("how much luggage can I take on the ferry")
        token = chinese.token
        await chinese.close()
        await _update(rest, "monitoring", "We see payments succeed again and keep watching.")
        told = await english.event("incident.told", status="monitoring")
        assert "keep watching" in told["data"]["text"]
        await _update(rest, "resolved", "Card payments work again.")
        await english.event("incident.told", status="resolved")
        await english.wait(lambda f: f["type"] == "incidents" and f["items"] == [])
        await _nothing_twice(product, english)
        assert not any(e["kind"] == "incident.told" for e in other.log_of(other.conversation or ""))
    async with product.customer("zh-Hans", token=token) as back:
        await back.event("incident.told", status="resolved")
        told_in = [
            e["data"] for e in back.log_of(back.conversation or "") if e["kind"] == "incident.told"
        ]
    assert [one["status"] for one in told_in] == ["monitoring", "resolved"]
    assert {one["language"] for one in told_in} == {"zh-Hans"}
    assert all("更新" in one["text"] for one in told_in)


async def _nothing_twice(product: Product, customer: CustomerClient) -> None:
    for _ in range(3):
        await product.parts.clock.tick()
    untold = await product.parts.database.read(product.parts.clock._untold)
    assert untold == [], "what was told is marked as told"
    incident = await product.parts.database.read(lambda tx: ledger.get(tx, "sample-payments"))
    first = incident.updates[-2].at - timedelta(milliseconds=1)
    mine = follows.c.conversation_id == customer.conversation
    forget = follows.update().where(mine).values(since=first)  # as if the mark were lost
    await product.parts.database.write(lambda tx: tx.execute(forget))
    await product.parts.clock.tick()
    await customer.answer_to({"type": "rate_answer", "id": "last", "position": 3, "helpful": True})
    log = customer.log_of(customer.conversation or "")
    told = [e["data"]["update"] for e in log if e["kind"] == "incident.told"]
    assert len(told) == len(set(told)) == 2


async def test_the_dossier_names_the_incident(product: Product) -> None:
    async with (
        product.rest() as rest,
        product.agent("Aina") as agent,
        product.customer() as customer,
    ):
        await _declare(rest)
        await customer.ask(PAYING["en"])
        await customer.ask("let me talk to someone")
        dossier = await agent.follow(customer.conversation or "")
    assert dossier["incident"] == "sample-payments"
