"""Agents and rules over REST."""

import httpx

from bot.conversation import log
from bot.web.errors import SIGNED_OUT
from tests.product import Product


async def test_a_new_agent_gets_in_by_the_link_once(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    new = {"name": "  Mei  Chen ", "role": "agent", "languages": ["zh-Hant", "en"]}
    added = (await admin.post("/api/admin/agents", json=new)).json()
    assert added["agent"]["name"] == "Mei Chen"
    base, token = added["sign_in_url"].split("#")
    assert base == f"{product.url}/sign-in"
    signed_in = await stranger.post("/api/session", json={"token": token})
    assert signed_in.json()["agent"]["languages"] == ["zh-Hant", "en"]
    taken = await admin.post("/api/admin/agents", json=new | {"name": "mei chen"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "name_taken")
    people = (await admin.get("/api/admin/agents")).text
    assert token not in people
    assert "hash" not in people


async def test_disabling_signs_out_and_gives_back_what_the_agent_holds(
    product: Product, admin: httpx.AsyncClient
) -> None:
    async with product.customer() as customer, product.agent("Aina") as aina:
        await customer.ask("I want to talk to a person")
        conversation = customer.conversation
        assert conversation is not None
        await aina.act("claim", conversation=conversation)
        async with product.rest("Aina") as hers:
            answer = await admin.post(f"/api/admin/agents/{aina.agent.id}/disable")
            assert answer.json()["disabled"] is True
            assert answer.json()["load"] == 0
            assert (await hers.get("/api/session")).status_code == 401
        said = await customer.event("conversation.requeued")
        assert said["data"]["reason"] == "agent_away"
        assert said["data"]["text"]
    events = await product.parts.database.read(lambda tx: log.read(tx, conversation))
    assert [one.kind for one in events].count("conversation.requeued") == 1
    again = await admin.post(f"/api/admin/agents/{aina.agent.id}/disable")
    assert again.status_code == 200
    link = await admin.post(f"/api/admin/agents/{aina.agent.id}/sign-in-link")
    assert link.status_code == 404


async def test_the_last_admin_stays(admin: httpx.AsyncClient) -> None:
    me = (await admin.get("/api/session")).json()["agent"]["id"]
    answer = await admin.post(f"/api/admin/agents/{me}/disable")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "last_admin")
    assert (await admin.get("/api/session")).status_code == 200


async def test_rules_are_replaced_as_a_whole_and_a_wrong_one_is_named(
    admin: httpx.AsyncClient,
) -> None:
    before = (await admin.get("/api/admin/rules")).json()
    wrong = await admin.put("/api/admin/rules", json=[{"id": "x", "name": "X", "when": {}}])
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "bad_rule")
    assert "'x'" in wrong.json()["error"]["message"]
    assert (await admin.get("/api/admin/rules")).json() == before
    saved = await admin.put("/api/admin/rules", json=before[::-1])
    assert [one["id"] for one in saved.json()] == [one["id"] for one in before[::-1]]
    empty = await admin.put("/api/admin/rules", json=[])
    assert (empty.status_code, empty.json()) == (200, [])


async def test_a_closed_account_is_opened_again_by_a_new_link_alone(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    new = {"name": "Mei Chen", "role": "agent", "languages": ["en"]}
    added = (await admin.post("/api/admin/agents", json=new)).json()
    agent, old_link = added["agent"]["id"], added["sign_in_url"].split("#")[1]
    signed_in = (await stranger.post("/api/session", json={"token": old_link})).json()
    password = {"password": "correct horse battery"}
    csrf = {"X-Handrail-CSRF": signed_in["csrf"]}
    set_ = await stranger.post("/api/session/password", json=password, headers=csrf)
    assert set_.status_code == 204
    assert (await admin.post(f"/api/admin/agents/{agent}/disable")).json()["disabled"] is True
    opened = (await admin.post(f"/api/admin/agents/{agent}/enable")).json()
    assert opened["agent"]["disabled"] is False
    assert (await stranger.get("/api/session")).status_code == 401
    by_password = {"name": "Mei Chen", **password}
    for proof in ({"token": old_link}, by_password):
        assert (await stranger.post("/api/session", json=proof)).status_code == 401
    fresh = {"token": opened["sign_in_url"].split("#")[1]}
    assert (await stranger.post("/api/session", json=fresh)).status_code == 200


async def test_role_languages_and_room_are_changed_at_once(
    product: Product, admin: httpx.AsyncClient
) -> None:
    async with product.rest("Aina") as aina:
        me = (await aina.get("/api/session")).json()["agent"]["id"]
        change = {"role": "admin", "languages": ["ms", "en", "ms"], "capacity": 9}
        changed = (await admin.patch(f"/api/admin/agents/{me}", json=change)).json()
        assert (changed["role"], changed["languages"], changed["account_capacity"]) == (
            "admin", ["ms", "en"], 9,
        )  # fmt: skip
        assert (await aina.get("/api/admin/rules")).status_code == 200
        assert (await admin.patch(f"/api/admin/agents/{me}", json={"role": "agent"})).is_success
        assert (await aina.get("/api/admin/rules")).status_code == 403
    last = (await admin.get("/api/session")).json()["agent"]["id"]
    kept = await admin.patch(f"/api/admin/agents/{last}", json={"role": "agent", "capacity": 2})
    assert kept.json()["error"]["code"] == "last_admin"
    mine = next(one for one in (await admin.get("/api/admin/agents")).json() if one["id"] == last)
    assert (mine["role"], mine["account_capacity"] != 2) == ("admin", True)
    for wrong in ({"capacity": 0}, {"capacity": 51}, {"languages": []}, {"name": "X"}):
        assert (await admin.patch(f"/api/admin/agents/{me}", json=wrong)).status_code == 422
    assert (await admin.patch("/api/admin/agents/nobody", json={"capacity": 2})).status_code == 404


async def test_an_open_console_is_closed_when_its_agent_is_disabled(
    product: Product, admin: httpx.AsyncClient
) -> None:
    async with product.agent("Aina") as aina:
        await admin.post(f"/api/admin/agents/{aina.agent.id}/disable")
        gone = await aina.wait(lambda frame: frame["type"] == "closed")
        assert gone["code"] == SIGNED_OUT
