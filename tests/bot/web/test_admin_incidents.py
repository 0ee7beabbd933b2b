"""Incidents over REST: declared, told, resolved, and heard of by followers."""

import asyncio
from typing import Any

import httpx
import pytest

from bot.conversation import log
from bot.conversation.tables import follows
from tests.product import Product

NEW = {
    "title": {"en": "Cards fail", "ms": "Kad gagal", "zh-Hans": " "},
    "components": ["payments"],
    "severity": "major",
    "status": "investigating",
    "workaround": {"en": "Use FPX."},
    "next_update_minutes": 30,
    "text": {"en": "We are looking into it."},
}


async def start_following(product: Product, incident: str) -> str:
    """A conversation that asked about the incident."""
    now = product.clock()

    def work(tx: Any) -> str:
        state = log.start(tx, visitor_id="v", channel="widget", locale="en", page=None, now=now)
        follow = {"conversation_id": state.id, "incident_id": incident, "since": now}
        tx.execute(follows.insert().values(**follow))
        return state.id

    return await product.parts.database.write(work)


async def told(product: Product, conversation: str, *, times: int) -> list[str]:
    """What the conversation was told, once it was told so often; telling goes on after REST."""
    heard: list[str] = []
    async with asyncio.timeout(60):
        while len(heard) < times:
            await asyncio.sleep(0.02)
            events = await product.parts.database.read(lambda tx: log.read(tx, conversation))
            heard = [event.data["status"] for event in events if event.kind == "incident.told"]
    return heard


async def test_from_declared_to_resolved_everybody_hears(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    created = (await admin.post("/api/admin/incidents", json=NEW)).json()
    assert created["active"] is True
    assert created["title"] == {"en": "Cards fail", "ms": "Kad gagal"}
    path = f"/api/admin/incidents/{created['id']}/updates"
    shown = (await stranger.get("/api/incidents", params={"locale": "ms"})).json()["items"]
    assert [one["title"] for one in shown] == ["Kad gagal"]
    assert shown[0]["components"] == ["Pembayaran"]
    assert "We are looking into it." in shown[0]["text"]  # said to be the English original
    assert shown[0]["text"] != "We are looking into it."
    assert "Cards fail" in (await stranger.get("/help/en")).text

    conversation = await start_following(product, created["id"])
    async with product.customer() as customer:
        news = {"status": "identified", "text": {"en": "A bank is down."}}
        updated = (await admin.post(path, json=news)).json()
        frame = await customer.wait(
            lambda f: f["type"] == "incidents" and f["items"][0]["status"] == "identified"
        )
    assert frame["items"][0]["text"] == "A bank is down."
    assert updated["followers"] == 1
    assert updated["workaround"] == {"en": "Use FPX."}
    assert updated["next_update_at"] is None

    done = {"status": "resolved", "text": {"en": "Cards work again."}}
    resolved = (await admin.post(path, json=done)).json()
    assert resolved["resolved_at"] is not None
    assert (await stranger.get("/api/incidents")).json() == {"items": []}
    assert await told(product, conversation, times=2) == ["identified", "resolved"]
    page = (await stranger.get("/help/en/status")).text
    assert page.index("Cards work again.") < page.index("A bank is down.")


async def test_a_prepared_incident_is_silent_until_it_is_declared(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    path = "/api/admin/incidents/sample-payments"
    news = {"status": "identified", "text": {"en": "x"}}
    early = await admin.post(f"{path}/updates", json=news)
    assert (early.status_code, early.json()["error"]["code"]) == (422, "not_declared")
    assert "sample-payments" not in (await stranger.get("/help/en/status")).text
    declared = (await admin.post(f"{path}/declare", json={})).json()
    assert declared["active"] is True
    assert declared["next_update_at"] > declared["started_at"]
    assert (await stranger.get("/api/incidents")).json()["items"][0]["id"] == "sample-payments"
    again = (await admin.post(f"{path}/declare")).json()
    assert again["started_at"] == declared["started_at"]
    listed = (await admin.get("/api/admin/incidents")).json()
    assert listed[0]["id"] == "sample-payments"
    assert listed[0]["updates"][0]["public"] is True


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"components": ["nothing"]}, "unknown_component"),
        ({"components": []}, "bad_request"),
        ({"severity": "huge"}, "bad_request"),
        ({"title": {"fr": "x"}}, "bad_request"),
        ({"title": {"en": " "}}, "bad_request"),
        ({"text": {}}, "bad_request"),
        ({"next_update_minutes": 0}, "bad_request"),
        ({"active": False}, "bad_request"),
    ],
)
async def test_a_wrong_incident_is_refused(
    shared_admin: httpx.AsyncClient, changed: dict[str, Any], code: str
) -> None:
    answer = await shared_admin.post("/api/admin/incidents", json=NEW | changed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_unknown_incident_is_not_found(shared_admin: httpx.AsyncClient) -> None:
    answer = await shared_admin.post("/api/admin/incidents/none/declare")
    assert answer.status_code == 404
