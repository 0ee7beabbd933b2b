"""Teams take conversations together; ready replies are written once, in every language."""

from typing import Any

import httpx

from tests.clients import row
from tests.product import Product

HELLO = {
    "category": "Refunds",
    "name": "Refund started",
    "texts": {"en": "Hello {customer}, your refund for {booking} has started.", "ms": "Helo."},
}


async def test_a_team_gets_a_conversation_with_its_note_and_anybody_may_still_take_it(
    product: Product,
) -> None:
    async with (
        product.rest("Admin") as admin,
        product.agent("Aina") as one,
        product.agent("Wei Ling") as member,
        product.customer() as customer,
    ):
        wanted = {"name": "Refunds", "languages": ["zh-Hans"], "members": [member.agent.id]}
        team = (await admin.post("/api/admin/teams", json=wanted)).json()
        assert team["members"] == [member.agent.id]
        taken = await admin.post("/api/admin/teams", json=wanted | {"name": "REFUNDS"})
        assert (taken.status_code, _code(taken)) == (409, "name_taken")
        await customer.ask("let me talk to someone")
        conversation = customer.conversation or ""
        await one.act("claim", conversation=conversation)
        await one.follow(conversation)
        done = await one.act("transfer", conversation=conversation, team=team["id"], note="Card.")
        assert done["type"] == "ok", done
        queue = await member.queue(lambda q: (row(q, conversation) or {}).get("team") == team["id"])
        assert (row(queue, conversation) or {})["offered_to"] == member.agent.id
        assert [known["name"] for known in queue["teams"]] == ["Refunds"]
        moved = await one.event("conversation.transferred")
        assert moved["staff"] == {"team": {"id": team["id"], "name": "Refunds"}}
        seen = await customer.event("conversation.transferred")
        assert (seen["data"]["to"], "Refunds" in str(customer.frames)) == (None, False)
        since = len(member.frames)
        await admin.delete(f"/api/admin/teams/{team['id']}")
        await member.wait(
            lambda f: (
                f["type"] == "queue" and (row(f, conversation) or {"team": 1})["team"] is None
            ),
            since=since,
        )
        assert (await one.act("claim", conversation=conversation))["type"] == "ok"
        gone = await one.act("transfer", conversation=conversation, team=team["id"])
        assert gone["code"] == "not_found"
    assert product.breaches() == []


async def test_ready_replies_are_made_by_admins_and_read_by_agents(product: Product) -> None:
    async with product.rest("Admin") as admin, product.rest("Aina") as agent:
        assert (await agent.post("/api/admin/replies", json=HELLO)).status_code == 403
        made = (await admin.post("/api/admin/replies", json=HELLO)).json()
        shown = (await agent.get("/api/console/replies")).json()
        assert shown["company"] == product.parts.company.name
        assert shown["replies"] == [HELLO | {"id": made["id"]}]
        wrong: dict[str, Any] = {**HELLO, "texts": {"en": "Dear {custommer},"}}
        refused = await admin.post("/api/admin/replies", json=wrong)
        assert (refused.status_code, _code(refused)) == (422, "unknown_variable")
        assert "{custommer}" in refused.text
        assert "{booking}" in refused.text, "what is known is named"
        address = f"/api/admin/replies/{made['id']}"
        await admin.put(address, json={**HELLO, "name": "Refund is on its way"})
        assert (await admin.delete(address)).json()["replies"] == []
        assert _code(await admin.put(address, json=HELLO)) == "not_found"


def _code(answer: httpx.Response) -> str:
    code: str = answer.json()["error"]["code"]
    return code
