"""What the staff's pages hear as it happens, and what a second use of an incident leaves behind."""

from typing import Any

from sqlalchemy import select

from bot.conversation.tables import follows
from tests.product import Product

INCIDENT = "sample-payments"


async def test_a_report_reaches_every_page_of_the_staff_and_leaves_them_when_decided(
    product: Product,
) -> None:
    async with (
        product.rest() as rest,
        product.agent("Aina", online=False) as console,
        product.agent("Admin", online=False) as chief,
    ):
        await chief.close()
        await chief.connect(looking=True, locale="en")
        body = {"text": "Three people cannot pay by card", "component": "payments"}
        made = (await rest.post("/api/console/problems", json=body)).json()
        first = await console.wait(lambda f: f["type"] == "proposals")
        told = await chief.wait(lambda f: f["type"] == "proposals")
        (shown,) = told["items"]
        assert (shown["proposal"], shown["origin"], shown["notes"]) == (made["id"], "staff", 1)
        assert (first["items"][0]["components"], shown["components"]) == (
            ["Pembayaran"], ["Payments"],
        )  # fmt: skip
        await rest.post("/api/console/problems", json=body | {"text": "And a fourth"})
        await console.wait(lambda f: f["type"] == "proposals" and f["items"][0]["notes"] == 2)
        seen = len(chief.frames)
        await chief.close()
        await chief.connect(looking=True)
        await chief.wait(lambda f: f["type"] == "proposals", since=seen)
        await rest.post(f"/api/admin/proposals/{made['id']}/dismiss")
        await console.wait(lambda f: f["type"] == "proposals" and f["items"] == [])
        assert not [one for one in chief.frames[seen:] if one["type"] == "queue"]


async def test_who_only_looks_is_not_at_the_desk(product: Product) -> None:
    async with product.agent("Aina") as agent, product.rest() as rest:
        await agent.close()
        product.clock.pass_(seconds=600)
        await agent.connect(looking=True)
        everyone = (await rest.get("/api/console/agents")).json()
        (aina,) = [one for one in everyone if one["name"] == "Aina"]
        assert aina["status"] != "online"
        await agent.close()
        await agent.connect()
        everyone = (await rest.get("/api/console/agents")).json()
        assert [one["status"] for one in everyone if one["name"] == "Aina"] == ["online"]


async def test_a_prepared_incident_declared_again_follows_nobody_of_before(
    product: Product,
) -> None:
    async def followers() -> list[str]:
        query = select(follows.c.conversation_id).where(follows.c.incident_id == INCIDENT)
        return list(await product.parts.database.read(lambda tx: tx.execute(query).scalars().all()))

    async def act(what: str, body: dict[str, Any] | None = None) -> None:
        answer = await rest.post(f"/api/admin/incidents/{INCIDENT}/{what}", json=body or {})
        assert answer.status_code == 200, answer.text

    async with product.rest() as rest, product.customer("en") as customer:
        await act("declare")
        await customer.ask("I can't pay with my card")
        await act("declare")
        assert await followers() == [customer.conversation], "declared while it is on: nothing new"
        await act("updates", {"status": "resolved", "text": {"en": "Cards are accepted."}})
        told = await customer.event("incident.told", status="resolved")
        await act("declare")
        assert await followers() == []
        await act("updates", {"status": "identified", "text": {"en": "Found."}})
        await product.parts.clock.tell_incidents()
        kinds = [one.kind for one in await product.log_of(customer.conversation or "")]
        assert kinds[told["position"] :] == []
