"""Customers whom their site vouches for: on every device, and nobody else in their place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.similar_private import GAP
from tests.clients import WAIT, CustomerClient, Frame
from tests.product import Product, copy_home, running
from tests.signing import IDENTITY, token

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(
    sample_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """A server that believes the tokens of `signing`; every test has people of its own."""
    home = copy_home(sample_home, tmp_path_factory.mktemp("identified") / "home")
    async with running(home, settings={"identity": IDENTITY}) as it:
        yield it


def signed(site: Product, who: str, **changed: Any) -> str:
    return token(site.clock(), sub=who, **changed)


@asynccontextmanager
async def device(
    site: Product, who: str | None = None, **hello: Any
) -> AsyncIterator[tuple[CustomerClient, Frame]]:
    """A browser of this person, and how it was welcomed."""
    client = CustomerClient(site.ws)
    said = hello | ({"identity": signed(site, who)} if who else {})
    welcome = await client.connect(**said)
    try:
        yield client, welcome
    finally:
        await client.close()


async def test_one_customer_goes_on_wherever_they_are(site: Product) -> None:
    async with device(site, "ann") as (laptop, greeted), device(site, "ann") as (phone, _):
        assert (greeted["contact"]["name"], greeted["conversation"]) == (None, None)
        begun = await laptop.say("how do I change my booking")
        on_phone = await phone.event("customer.said")
        assert on_phone["position"] == begun["position"]
        answer = await phone.say("and the name on it")
        assert answer["conversation"] == begun["conversation"]
        await laptop.event("customer.said", text="and the name on it")
        async with device(site, "ann") as (tablet, welcome):
            assert welcome["conversation"]["id"] == begun["conversation"]
            await tablet.event("customer.said", text="and the name on it")
    async with device(site, "ben") as (_, welcome):
        assert welcome["conversation"] is None


async def test_what_was_begun_anonymously_is_the_contacts_from_the_proof_on(site: Product) -> None:
    async with device(site) as (tab, _), device(site, token=tab.token) as (other_tab, _):
        begun = await tab.say("do you have a family ticket")
        async with device(site, "cleo", token=tab.token) as (known, welcome):
            assert welcome["conversation"]["id"] == begun["conversation"]
            assert welcome["token"] != tab.token
            said = await known.say("and for a dog")
            log = await site.log_of(begun["conversation"])
            proved = {one.data["text"]: one.staff for one in log if one.kind == "customer.said"}
            assert proved == {
                "do you have a family ticket": None,
                "and for a dog": {"verified": True},
            }
            assert said["conversation"] == begun["conversation"]
        closed = await tab.wait(lambda frame: frame["type"] == "closed")
        assert closed["code"] == 4401
        assert not [one for one in tab.log_of(begun["conversation"]) if one["data"].get("contact")]
        assert (await other_tab.connect(token=tab.token))["code"] == 4401


async def test_the_conversation_where_a_person_is_at_work_goes_on(site: Product) -> None:
    async with device(site, "dora") as (phone, _), site.agent() as aina:
        await phone.person()
        await aina.queue(
            lambda q: any(r["conversation"] == phone.conversation for r in q["waiting"])
        )
        assert (await aina.act("claim", conversation=phone.conversation))["type"] == "ok"
        async with device(site) as (laptop, _):
            asked = await laptop.person()
            assert asked["type"] == "ack"
            async with device(site, "dora", token=laptop.token) as (_, welcome):
                assert welcome["conversation"]["id"] == phone.conversation
        await aina.follow(phone.conversation or "")
        told = await aina.event("customer.identified")
        assert told["data"]["merged"][0]["conversation"] == asked["conversation"]
        assert len(told["data"]["merged"][0]["said"]) == 1
        left = await site.log_of(asked["conversation"])
        assert [one.data.get("reason") for one in left if one.kind == "conversation.resolved"] == [
            "merged"
        ]
        await aina.queue(
            lambda q: not any(r["conversation"] == asked["conversation"] for r in q["waiting"])
        )


async def test_agents_read_what_the_site_says_and_not_what_is_claimed(site: Product) -> None:
    said = signed(
        site,
        "eve-1",
        name="Eve Lim",
        email="eve@example.com",
        attributes={"plan": "gold", "orders": 3},
    )
    async with device(site, identity=said) as (eve, _), site.agent() as aina:
        await eve.say("I am Bob Tan, bob@example.com, where is my refund")
        await eve.answer_to({"type": "start_over", "id": "over"})
        await eve.say("my e-mail is bob@example.com")
        shown = await aina.follow(eve.conversation or "")
    contact = shown["contact"]
    assert shown["visitor"] == contact["name"] == "Eve Lim"
    assert (contact["id"], contact["email"]) == ("eve-1", "eve@example.com")
    assert contact["attributes"] == {"plan": "gold", "orders": 3}
    assert [one["preview"] for one in contact["earlier"]] == [
        "I am Bob Tan, bob@example.com, where is my refund"
    ]
    told = [(one["kind"], one["value"]) for one in shown["do_not_ask"]]
    assert told[:4] == [
        ("name", "Eve Lim"), ("email", "eve@example.com"), ("account", "gold"), ("account", "3"),
    ]  # fmt: skip
    assert ("email", "bob@example.com") in told[4:]
    async with device(site) as (nobody, _), site.agent() as aina:
        await nobody.say("I am Eve Lim, eve@example.com")
        assert (await aina.follow(nobody.conversation or ""))["contact"] is None


async def test_a_token_works_on_the_device_that_showed_it_first(site: Product) -> None:
    stolen = signed(site, "fay")
    async with device(site, identity=stolen, device="hers") as (fay, _):
        await fay.say("what is my discount")
        for thief in ({"device": "his"}, {}):
            async with device(site, identity=stolen, **thief) as (_, welcome):
                assert welcome["identity"]["code"] == "identity_refused"
                assert (welcome["conversation"], "contact" in welcome) == (None, False)
        async with device(site, identity=stolen, device="hers") as (_, welcome):
            assert welcome["conversation"]["id"] == fay.conversation


async def test_a_session_goes_on_until_it_ends_or_is_forgotten(site: Product) -> None:
    async with device(site, "gus") as (gus, greeted):
        await gus.say("is the ferry on time")
        session = greeted["token"]
        async with device(site, token=session) as (again, welcome):
            assert welcome["conversation"]["id"] == gus.conversation
            assert "token" not in welcome
            await again.send({"type": "forget"})
            await again.wait(lambda frame: frame["type"] == "closed")
        async with device(site, token=session) as (_, welcome):
            assert welcome["identity"]["code"] == "identity_expired"
            assert welcome["conversation"] is None
        async with device(site, token=session, identity=signed(site, "hal")) as (_, welcome):
            assert welcome["conversation"] is None
        async with device(site, "gus") as (_, welcome):
            kept = welcome["token"]
        site.clock.pass_(hours=13)
        await gus.send({"type": "ping", "n": 1})
        assert (await gus.wait(lambda frame: frame["type"] == "closed"))["code"] == 4408
        async with device(site, token=kept) as (_, welcome):
            assert welcome["identity"]["code"] == "identity_expired"


async def test_an_older_token_does_not_take_back_what_a_newer_one_said(site: Product) -> None:
    now = int(site.clock().timestamp())
    older = signed(site, "ida", name="Ida Old", attributes={"plan": "free"}, iat=now - 100)
    newer = signed(site, "ida", name="Ida New", attributes={"plan": "gold"})
    async with device(site, identity=newer) as (ida, _):
        async with device(site, identity=older) as (_, welcome):
            assert welcome["contact"]["name"] == "Ida New"
        await ida.say("hello")
        async with site.agent() as aina:
            shown = await aina.follow(ida.conversation or "")
    assert shown["contact"]["attributes"] == {"plan": "gold"}


async def test_a_bad_token_costs_nobody_the_chat(site: Product) -> None:
    for bad in (
        signed(site, "joe", aud="other"),
        "x" * 9000,
        "...",
        signed(site, "joe", key="y" * 40),
    ):
        async with device(site, identity=bad) as (joe, welcome):
            assert welcome["identity"]["code"] == "identity_refused"
            assert "contact" not in welcome
            assert (await joe.say("hello"))["type"] == "ack"
            log = await site.log_of(joe.conversation or "")
            assert [one.staff for one in log if one.kind == "customer.said"] == [None]


async def test_a_rule_may_ask_for_what_the_site_says(site: Product) -> None:
    rule = {
        "id": "gold", "name": "Gold customers",
        "when": {"attributes": [
            {"name": "plan", "value": "gold"},
            {"name": "years", "comparison": "at_least", "value": 2},
        ]},
        "then": {"handoff": True, "urgent": False, "reason": "rule"},
    }  # fmt: skip
    async with site.rest() as rest:
        stored = (await rest.get("/api/admin/rules")).json()
        try:
            assert (await rest.put("/api/admin/rules", json=[*stored, rule])).status_code == 200
            asked = "how do I change my booking"
            told = {"gold": {"plan": "Gold", "years": 2}, "new": {"plan": "gold", "years": 1}}
            for who, attributes in told.items():
                said = signed(site, who, attributes=attributes)
                async with device(site, identity=said) as (customer, _):
                    outcome = await customer.ask(asked)
                    assert (outcome["kind"] == "person.called") is (who == "gold"), who
            async with device(site) as (nobody, _):
                assert (await nobody.ask(asked))["kind"] == "bot.answered"
            tried = await rest.post("/api/admin/rules/trial", json={"rules": [rule]})
            assert tried.json()["tried"] == 1, tried.text
            assert "plan: Gold, years: 2" in tried.json()["examples"][0]["evidence"][0]
        finally:
            await rest.put("/api/admin/rules", json=stored)


async def test_where_identity_is_required_nobody_else_writes(home: Path) -> None:
    async with running(home, settings={"identity": IDENTITY | {"required": True}}) as site:
        async with device(site) as (nobody, welcome):
            assert welcome["type"] == "welcome"
            for refused in (await nobody.say("hello"), await nobody.person()):
                assert refused["code"] == "identity_required"
        async with device(site, "kim") as (kim, _):
            assert (await kim.say("hello"))["type"] == "ack"


async def test_what_helped_a_known_customer_is_shown_to_others_without_the_name(
    site: Product,
) -> None:
    said = signed(site, "crm-will-9", name="Will Ong", email="will@example.com")
    asked = "the kayak paddle cracked on the river tour"
    async with device(site, identity=said) as (will, _), site.agent() as aina:
        await will.say(asked)
        conversation = will.conversation or ""
        await aina.act("claim", conversation=conversation)
        text = "Thanks Will. A new kayak paddle will be at the pier for crm-will-9, Ong."
        await aina.act("say", conversation=conversation, text=text)
        assert (await aina.act("resolve", conversation=conversation))["type"] == "ok"
        async with site.customer() as other, site.rest("Aina") as rest:
            await other.say(f"Help, {asked}")
            async with asyncio.timeout(WAIT):
                while await site.parts.solved.learn():
                    pass
            address = f"/api/console/conversations/{other.conversation}/similar"
            (found,) = (await rest.get(address)).json()
    assert found["conversation"] == conversation
    assert found["answer"] == f"Thanks {GAP}. A new kayak paddle will be at the pier for {GAP}."
