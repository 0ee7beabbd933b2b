"""What customers ask and colleagues report proposes an incident; only an admin declares it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select

from retrieval.incidents import sensor_counts
from retrieval.tables import question_counts
from tests.product import Product

PROBLEMS = "/api/console/problems"
PROPOSALS = "/api/admin/proposals"
ASKED = "My card payment was declined, why?"


async def reported(client: httpx.AsyncClient, **problem: str) -> dict[str, Any]:
    answer = await client.post(PROBLEMS, json=problem)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def told(stranger: httpx.AsyncClient, locale: str = "en") -> list[dict[str, Any]]:
    """The incidents that customers are shown."""
    answer = await stranger.get("/api/incidents", params={"locale": locale})
    return list(answer.json()["items"])


async def test_customers_hear_of_a_report_only_when_an_admin_declares_it(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    async with product.rest("Wei Ling") as agent:
        made = await reported(agent, text="Three calls: Visa refused", component="payments")
        assert [one["id"] for one in (await agent.get(PROBLEMS)).json()] == [made["id"]]
        forbidden = await agent.post(f"{PROPOSALS}/{made['id']}/declare")
        assert forbidden.status_code == 403
    assert made["notes"][0]["by"] == "Wei Ling"
    assert await told(stranger) == []
    declared = await admin.post(f"{PROPOSALS}/{made['id']}/declare")
    assert declared.json()["state"] == "declared"
    (shown,) = await told(stranger, "ms")
    assert shown["id"] == declared.json()["incident"]
    assert "Pembayaran" in shown["title"]
    assert "Visa refused" not in str(shown), "a colleague's words are not for customers"
    (same,) = await told(stranger, "zh-Hant")
    assert "付款" in same["title"]
    again = await admin.post(f"{PROPOSALS}/{made['id']}/dismiss")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_decided")
    assert (await admin.get(PROPOSALS, params={"state": "open"})).json() == []


async def test_an_admin_may_say_it_in_other_words_or_only_prepare_it(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = await reported(admin, text="Something with the labels")
    path = f"{PROPOSALS}/{made['id']}/declare"
    nothing = await admin.post(path)
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (422, "component_needed")
    wrong = await admin.post(path, json={"components": ["printers"]})
    assert wrong.json()["error"]["code"] == "unknown_component"
    said = {
        "title": {"en": "Labels are blank"}, "text": {"en": "We are looking."},
        "components": ["tickets-checkin"], "severity": "minor", "prepare_only": True,
    }  # fmt: skip
    declared = (await admin.post(path, json=said)).json()
    assert await told(stranger) == []
    known = (await admin.get("/api/admin/incidents")).json()
    (prepared,) = [one for one in known if one["id"] == declared["incident"]]
    assert (prepared["title"], prepared["active"]) == ({"en": "Labels are blank"}, False)


async def test_dismissed_is_decided_and_a_wrong_report_is_refused(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = await reported(admin, text="Cards?", component="payments")
    path = f"{PROPOSALS}/{made['id']}/dismiss"
    dismissed = (await admin.post(path)).json()
    assert dismissed["state"] == "dismissed"
    assert (await admin.post(path)).json() == dismissed
    for wrong, status in (({"text": " "}, 422), ({"text": "x", "component": "nothing"}, 422)):
        assert (await admin.post(PROBLEMS, json=wrong)).status_code == status
    assert (await admin.post(f"{PROPOSALS}/nothing/dismiss")).status_code == 404
    assert (await stranger.get(PROBLEMS)).status_code == 401
    assert (await stranger.get(PROPOSALS)).status_code == 401


@pytest.fixture
async def watched(indexed: Product) -> Product:
    """A server that has watched three quiet weeks, and learns of them with the next hour."""
    end = sensor_counts.bucket_of(indexed.clock() - timedelta(hours=1))
    rows = [
        {"component": "", "bucket": bucket, "questions": 0}
        for bucket in range(end - 3 * 2016, end)
    ]  # fmt: skip
    await indexed.parts.database.write(lambda tx: tx.execute(insert(question_counts), rows))
    indexed.clock.pass_(hours=1)
    indexed.clock.stop()  # however slow the machine is, all ask within the same five minutes
    return indexed


async def test_what_customers_ask_is_counted_and_proposed_with_their_words(
    watched: Product,
) -> None:
    for number in range(8):
        async with watched.customer() as customer:
            await customer.ask(ASKED if number else "Hello")
    counts = select(question_counts).where(question_counts.c.questions > 0)
    rows = await watched.parts.database.read(lambda tx: tx.execute(counts).all())
    counted: dict[str, int] = {}
    for row in rows:
        counted[row.component] = counted.get(row.component, 0) + row.questions
    assert counted == {"": 7, "payments": 7}, "a greeting is no question"
    async with watched.rest() as admin:
        (proposed,) = await open_proposals(watched, admin)
    assert proposed["components"] == ["payments"]
    assert proposed["evidence"]["questions"] == 7
    assert [one["text"] for one in proposed["examples"]] == [ASKED] * 7


async def open_proposals(product: Product, admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The open proposals once there are some: the server looks by itself too."""
    async with asyncio.timeout(60):
        while True:
            await product.parts.sensing.look()
            found = list((await admin.get(PROPOSALS, params={"state": "open"})).json())
            if found:
                return found
