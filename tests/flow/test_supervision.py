"""Supervisors watch everything that is live, listen in, whisper, and take over."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.clients import AgentClient, CustomerClient, Frame
from tests.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def held(
    shared: Product,
) -> AsyncIterator[tuple[CustomerClient, AgentClient, AgentClient, str]]:
    """A conversation that Aina has, and an admin who looks at nothing yet."""
    async with (
        shared.customer() as customer,
        shared.agent("Aina") as aina,
        shared.agent("Admin", online=False) as admin,
    ):
        await customer.ask("My ticket has the wrong name, I want a person")
        conversation = customer.conversation or ""
        assert (await aina.act("claim", conversation=conversation))["type"] == "ok"
        yield customer, aina, admin, conversation


def known(admin: AgentClient) -> dict[str, Frame]:
    """The rows as a console has them after folding all frames."""
    rows: dict[str, Frame] = {}
    for frame in admin.frames:
        if frame["type"] == "overview":
            if frame["anew"]:
                rows.clear()
            rows |= {row["conversation"]: row for row in frame["rows"]}
            for gone in frame["gone"]:
                rows.pop(gone, None)
    return rows


async def shown(admin: AgentClient, conversation: str, **like: Any) -> Frame:
    """The conversation's row once it looks like this."""

    def fits(_: Frame) -> bool:
        row = known(admin).get(conversation)
        return row is not None and all(row[key] == value for key, value in like.items())

    await admin.wait(fits)
    return known(admin)[conversation]


async def test_the_overview_is_a_snapshot_and_then_what_changes(
    shared: Product, held: tuple[CustomerClient, AgentClient, AgentClient, str]
) -> None:
    customer, aina, admin, conversation = held
    await admin.send({"type": "supervise", "on": True})
    row = await shown(admin, conversation, holder="agent")
    assert row["agent"] == {"id": aina.agent.id, "name": "Aina"}
    first = next(f for f in admin.frames if f["type"] == "overview")
    assert (first["anew"], first["version"]) == (True, 1)
    mine = next(one for one in first["agents"] if one["name"] == "Aina")
    assert (mine["status"], mine["load"] >= 1, mine["since"] is not None) == ("online", True, True)

    async with shared.customer("ms") as other:
        await other.ask("Macam mana nak tukar tempat duduk?")
        assert (await shown(admin, other.conversation or "", holder="bot"))["language"] == "ms"

    await customer.say("THIS IS USELESS!!! I am furious, you are a joke")
    await admin.wait(
        lambda _: (known(admin)[conversation]["mood"] or {}).get("word") in ("annoyed", "angry")
    )
    await aina.act("resolve", conversation=conversation)
    await admin.wait(lambda _: conversation not in known(admin))
    versions = [f["version"] for f in admin.frames if f["type"] == "overview"]
    assert versions == list(range(1, len(versions) + 1))
    assert not any("last_customer" in row for f in admin.frames for row in f.get("rows", ()))


async def test_an_agent_is_no_supervisor(
    shared: Product, held: tuple[CustomerClient, AgentClient, AgentClient, str]
) -> None:
    _, _, _, conversation = held
    async with shared.agent("Wei Ling") as ben:
        for act in (
            {"type": "whisper", "conversation": conversation, "text": "psst"},
            {"type": "take_over", "conversation": conversation, "epoch": 2},
        ):
            refused = await ben.act(act.pop("type"), **act)  # type: ignore[arg-type]
            assert (refused["type"], refused["code"]) == ("error", "forbidden")
        since = len(ben.frames)
        await ben.send({"type": "supervise", "on": True})
        error = await ben.wait(lambda f: f["type"] == "error", since=since)
        assert error["code"] == "forbidden"
        assert not [f for f in ben.frames if f["type"] == "overview"]


async def test_who_listens_in_is_seen_by_agents_and_by_no_customer(
    shared: Product, held: tuple[CustomerClient, AgentClient, AgentClient, str]
) -> None:
    customer, aina, admin, conversation = held
    await aina.follow(conversation)
    await admin.follow(conversation)
    looks = await aina.wait(lambda f: f["type"] == "looking" and f["on"])
    assert looks["who"] == {"id": admin.agent.id, "name": "Admin", "role": "admin"}
    there = await admin.wait(lambda f: f["type"] == "looking")
    assert there["who"]["name"] == "Aina"

    # Read live, and whisper; the customer sees neither.
    await customer.say("Are you still there?")
    await admin.event("customer.said", text="Are you still there?")
    done = await admin.act("whisper", conversation=conversation, text="Offer the free change.")
    note = await aina.event("note.written", text="Offer the free change.")
    assert note["data"]["whisper_to"]["name"] == "Aina"
    told = await aina.wait(lambda f: f["type"] == "told")
    assert (told["what"], told["conversation"]) == ("whispered", conversation)
    await aina.act("say", conversation=conversation, text="Yes, I am here.")
    await customer.event("agent.said", text="Yes, I am here.")
    private = customer.log_of(conversation)[done["position"] - 1]
    assert (private["kind"], private["data"]) == ("private", {})
    assert not [f for f in customer.frames if f["type"] in ("looking", "told", "overview")]
    assert "Offer the free" not in str(customer.frames)

    await admin.send({"type": "unfollow", "conversation": conversation})
    await aina.wait(lambda f: f["type"] == "looking" and not f["on"])


async def test_a_whisper_reaches_an_agent_who_looks_at_something_else(
    held: tuple[CustomerClient, AgentClient, AgentClient, str],
) -> None:
    _, aina, admin, conversation = held
    act = {"type": "whisper", "id": "w1", "conversation": conversation, "text": "Call them."}
    first, again = await admin.answer_to(act), await admin.answer_to(act)
    assert first["position"] == again["position"]
    told = await aina.wait(lambda f: f["type"] == "told")
    assert told["by"] == {"id": admin.agent.id, "name": "Admin"}


async def test_taking_over_needs_what_was_seen_and_tells_the_agent(
    shared: Product, held: tuple[CustomerClient, AgentClient, AgentClient, str]
) -> None:
    customer, aina, admin, conversation = held
    dossier = await admin.follow(conversation)
    late = await admin.act("take_over", conversation=conversation, epoch=dossier["epoch"] - 1)
    assert (late["code"], late["data"]["agent"]["name"]) == ("already_claimed", "Aina")

    done = await admin.act("take_over", conversation=conversation, epoch=dossier["epoch"])
    assert done["type"] == "ok"
    told = await aina.wait(lambda f: f["type"] == "told" and f["what"] == "taken_over")
    assert told["by"]["name"] == "Admin"
    refused = await aina.act("say", conversation=conversation, text="Me again")
    assert refused["code"] == "not_holder"
    assert (await admin.act("say", conversation=conversation, text="I am Admin"))["type"] == "ok"
    seen = await customer.event("conversation.transferred")
    assert seen["data"]["to"]["name"] == "Admin"
    again = await admin.act("take_over", conversation=conversation, epoch=0)
    assert (again["type"], again["position"]) == ("ok", None)
    await admin.act("resolve", conversation=conversation)
    over = await admin.act("take_over", conversation=conversation, epoch=0)
    assert over["code"] == "not_waiting"
    whispered = await admin.act("whisper", conversation=conversation, text="too late")
    assert whispered["code"] == "not_holder"
