"""Signing in and out, and what a session protects."""

import re
from typing import Any

import httpx
import pytest

from bot.web.auth import COOKIE
from handoff import agents
from tests.clients import WAIT
from tests.product import Product

PASSWORD = "correct horse battery"


async def link_for(product: Product, name: str) -> str:
    """A one-time token of this agent."""

    def work(tx: Any) -> str:
        agent = agents.by_name(tx, name)
        assert agent is not None
        ttl = product.settings.handoff.sign_in_link_ttl
        return agents.new_link(tx, agent.id, product.clock(), ttl)

    return await product.parts.database.write(work)


async def test_a_link_signs_in_once_and_the_password_set_then_signs_in_again(
    product: Product, stranger: httpx.AsyncClient
) -> None:
    token = await link_for(product, "Admin")
    first = await stranger.post("/api/session", json={"token": token})
    assert first.status_code == 200
    assert first.json()["agent"]["name"] == "Admin"
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    csrf = {"X-Handrail-CSRF": first.json()["csrf"]}
    changed = await stranger.post(
        "/api/session/password", json={"password": PASSWORD}, headers=csrf
    )
    assert changed.status_code == 204
    assert (await stranger.get("/api/session")).json() == first.json()
    again = await stranger.post("/api/session", json={"token": token})
    assert (again.status_code, again.json()["error"]["code"]) == (401, "invalid_link")
    assert (await stranger.delete("/api/session", headers=csrf)).status_code == 204
    assert (await stranger.get("/api/session")).status_code == 401
    proof = {"name": "admin", "password": PASSWORD}
    assert (await stranger.post("/api/session", json=proof)).status_code == 200


async def test_a_new_session_ends_the_one_before(
    product: Product, stranger: httpx.AsyncClient
) -> None:
    await stranger.post("/api/session", json={"token": await link_for(product, "Aina")})
    old = stranger.cookies[COOKIE]
    await stranger.post("/api/session", json={"token": await link_for(product, "Aina")})
    assert stranger.cookies[COOKIE] != old
    async with httpx.AsyncClient(
        base_url=product.url, cookies={COOKIE: old}, trust_env=False, timeout=WAIT
    ) as thief:
        assert (await thief.get("/api/session")).status_code == 401


async def test_a_new_password_ends_the_other_sessions(product: Product) -> None:
    async with product.rest("Aina") as here, product.rest("Aina") as elsewhere:
        await here.post("/api/session/password", json={"password": PASSWORD})
        assert (await here.get("/api/session")).status_code == 200
        assert (await elsewhere.get("/api/session")).status_code == 401


async def test_wrong_name_wrong_password_and_closed_account_look_the_same(
    product: Product, stranger: httpx.AsyncClient
) -> None:
    async with product.rest("Aina") as aina, product.rest() as admin:
        await aina.post("/api/session/password", json={"password": PASSWORD})
        me = (await aina.get("/api/session")).json()["agent"]["id"]
        proofs = [
            {"name": "Aina", "password": "not this one"},
            {"name": "Nobody", "password": PASSWORD},
            {"name": "Admin", "password": PASSWORD},
        ]
        answers = [await stranger.post("/api/session", json=one) for one in proofs]
        assert (await admin.post(f"/api/admin/agents/{me}/disable")).status_code == 200
    proof = {"name": "Aina", "password": PASSWORD}
    answers.append(await stranger.post("/api/session", json=proof))
    assert {one.status_code for one in answers} == {401}
    assert len({one.text for one in answers}) == 1


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "Aina"},
        {"token": "x", "name": "Aina", "password": "y"},
        {"token": "x", "role": "admin"},
        {"token": 7},
    ],
    ids=["nothing", "half", "both", "an extra field", "no text"],
)
async def test_a_strange_proof_is_a_bad_request(
    shared_stranger: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await shared_stranger.post("/api/session", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_request")


async def test_weak_passwords_are_refused(product: Product) -> None:
    async with product.rest("Aina") as client:
        answer = await client.post("/api/session/password", json={"password": "short"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "weak_password")


async def test_attempts_are_limited(product: Product, stranger: httpx.AsyncClient) -> None:
    limit = product.settings.web.sign_ins_per_minute
    tries = [await stranger.post("/api/session", json={"token": "x"}) for _ in range(limit + 1)]
    assert [one.status_code for one in tries] == [401] * limit + [429]
    assert int(tries[-1].headers["retry-after"]) > 0


async def test_another_site_cannot_sign_a_browser_in(
    product: Product, stranger: httpx.AsyncClient
) -> None:
    body = {"token": await link_for(product, "Aina")}
    answer = await stranger.post("/api/session", json=body, headers={"Origin": "https://evil.test"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    assert (await stranger.post("/api/session", json=body)).status_code == 200


async def test_a_ticket_opens_one_socket(product: Product) -> None:
    async with product.rest("Aina") as client:
        ticket = (await client.post("/api/session/ticket")).json()
    assert ticket["expires_in"] == 60
    assert len(ticket["token"]) > 30


OWN = {"/api/session", "/api/session/password", "/api/session/ticket"}


def staff_calls(product: Product) -> list[tuple[str, str]]:
    """Every call that needs somebody signed in, with made-up ids."""
    found = []
    for path, methods in product.app.openapi()["paths"].items():
        if path.startswith(("/api/admin", "/api/console")) or path in OWN:
            found += [(name.upper(), re.sub(r"\{.*?\}", "none", path)) for name in methods]
    return [one for one in found if one != ("POST", "/api/session")]


async def test_every_staff_call_asks_who_you_are(
    product: Product, stranger: httpx.AsyncClient
) -> None:
    calls = staff_calls(product)
    assert len(calls) > 30
    assert ("PUT", "/api/admin/rules") in calls
    async with product.rest("Aina") as agent, product.rest() as admin:
        del admin.headers["X-Handrail-CSRF"]
        for method, path in calls:
            unknown = await stranger.request(method, path, json={})
            assert unknown.status_code == 401, (method, path, unknown.text)
            assert unknown.headers["cache-control"] == "no-store"
            if path.startswith("/api/admin"):
                low = await agent.request(method, path, json={})
                assert low.status_code == 403, (method, path, low.text)
                assert low.json()["error"]["code"] == "forbidden"
            if method != "GET":
                forged = await admin.request(method, path, json={})
                assert forged.status_code == 403, (method, path, forged.text)
                assert forged.json()["error"]["code"] == "csrf"


async def test_a_page_of_another_site_gets_nothing_changed_even_with_the_token(
    product: Product, admin: httpx.AsyncClient
) -> None:
    origins = ["https://evil.test", "null", f"{product.url}.evil.test", f"{product.url}1"]
    for origin in origins:
        answer = await admin.post("/api/admin/index/cancel", headers={"Origin": origin})
        assert answer.status_code == 403, origin
    own = await admin.post("/api/admin/index/cancel", headers={"Origin": product.url})
    assert own.status_code == 204
