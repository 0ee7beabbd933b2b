"""An agent decides: with a reason, taken back in time, put off, handed to a team."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from bot import desk_undo
from bot.conversation.events import instant
from tests.clients import AgentClient, CustomerClient, Frame, row
from tests.product import Product

PATIENCE = desk_undo.PATIENCE.total_seconds()


@asynccontextmanager
async def held(product: Product) -> AsyncIterator[tuple[AgentClient, CustomerClient, str]]:
    """A conversation that Aina has; time stands still but for what a test lets pass."""
    async with product.agent("Aina") as agent, product.customer() as customer:
        await customer.ask("let me talk to someone")
        conversation = customer.conversation or ""
        assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
        await agent.follow(conversation)
        await customer.event("agent.joined")
        product.clock.stop()
        yield agent, customer, conversation


async def pass_(product: Product, seconds: float) -> None:
    """Let time pass, and what it does be done."""
    product.clock.pass_(seconds=seconds)
    await product.parts.clock.tick()


async def decided(agent: AgentClient, act: str, conversation: str, **fields: Any) -> Frame:
    """Decide with ten seconds to take it back; gives the row that shows it."""
    since = len(agent.frames)
    told = await agent.act(act, conversation=conversation, undo=True, **fields)
    assert (told["type"], told.get("position")) == ("ok", None), told
    queue = await queue_of(agent, lambda q: _pending(q, conversation) is not None, since)
    return _pending(queue, conversation) or {}


async def queue_of(agent: AgentClient, matches: Callable[[Frame], bool], since: int) -> Frame:
    """The first queue that looks like this, of those that came from frame `since` on."""
    return await agent.wait(lambda f: f["type"] == "queue" and matches(f), since=since)


def _pending(queue: Frame, conversation: str) -> Frame | None:
    found: Frame | None = (row(queue, conversation, "mine") or {}).get("pending")
    return found


async def kinds(product: Product, conversation: str) -> list[str]:
    return [one.kind for one in await product.log_of(conversation)]


async def test_what_is_taken_back_in_time_never_happened(product: Product) -> None:
    async with held(product) as (agent, customer, conversation):
        before = await kinds(product, conversation)
        for act, fields in (
            ("resolve", {"why": "solved"}), ("give_back", {}), ("transfer", {"to": None}),
            ("snooze", {"until": None}),
        ):  # fmt: skip
            shown = await decided(agent, act, conversation, **fields)
            assert (shown["act"], shown["failed"]) == (act, None)
            await pass_(product, PATIENCE - 1)
            assert (await agent.act("undo", conversation=conversation))["type"] == "ok"
            await agent.act("presence", status="online", capacity=10)  # still at the desk
            await pass_(product, PATIENCE + 1)
        assert await kinds(product, conversation) == before
        late = await agent.act("undo", conversation=conversation)
        assert late["code"] == "too_late"
        await agent.act("say", conversation=conversation, text="Still here.")
        await customer.event("agent.said")
    assert product.breaches() == []


async def test_a_customer_who_writes_meanwhile_takes_it_back(product: Product) -> None:
    async with held(product) as (agent, customer, conversation):
        for act in ("resolve", "give_back", "snooze"):
            await decided(agent, act, conversation)
            since = len(agent.frames)
            await customer.say(f"one more thing before {act}")
            await queue_of(
                agent,
                lambda q: (row(q, conversation, "mine") or {"pending": 1})["pending"] is None,
                since,
            )
            await agent.act("presence", status="online", capacity=10)  # still at the desk
            await pass_(product, PATIENCE + 1)
            assert (await kinds(product, conversation))[-1] == "customer.said"
    assert product.breaches() == []


async def test_what_is_not_taken_back_is_done_though_the_browser_is_closed(
    product: Product,
) -> None:
    async with held(product) as (agent, customer, conversation):
        note = "See the other one."
        refused = await agent.act("resolve", conversation=conversation, why="bored")
        assert (refused["code"], "why" in refused["message"]) == ("bad_frame", True)
        await decided(agent, "resolve", conversation, why="duplicate", note=note)
        await agent.close()
        await pass_(product, PATIENCE - 1)
        assert (await kinds(product, conversation))[-1] == "agent.joined"
        await pass_(product, 1)
        await pass_(product, 1)
        seen = await customer.event("conversation.resolved")
        assert seen["data"]["by"]["name"] == "Aina"
        assert "staff" not in seen
        assert note not in str(customer.frames), "why it ended is for the staff alone"
        told = [one for one in await product.log_of(conversation) if one.staff is not None][-1]
        assert (told.kind, told.staff) == (
            "conversation.resolved", {"why": "duplicate", "note": note},
        )  # fmt: skip
        assert (await kinds(product, conversation)).count("conversation.resolved") == 1
        async with product.rest("Aina") as http:
            ended = (await http.get("/api/console/conversations?status=resolved")).json()
        assert ended[0]["ended"] == {"by": "Aina", "why": "duplicate", "note": note}
    assert product.breaches() == []


async def test_a_transfer_that_cannot_be_done_leaves_the_conversation_and_says_why(
    product: Product,
) -> None:
    async with product.agent("Wei Ling") as colleague, held(product) as (agent, _, conversation):
        await decided(agent, "transfer", conversation, to=colleague.agent.id, note="Yours.")
        await colleague.act("presence", status="away", capacity=4)
        await pass_(product, PATIENCE + 1)
        queue = await agent.queue(lambda q: bool((_pending(q, conversation) or {}).get("failed")))
        assert (_pending(queue, conversation) or {})["failed"] == "agent_unavailable"
        assert (await kinds(product, conversation))[-1] == "agent.joined"
        refused = await agent.act(
            "transfer", conversation=conversation, to=colleague.agent.id, undo=True
        )
        assert refused["code"] == "agent_unavailable", "what is clear at once is said at once"
    assert product.breaches() == []


async def test_what_is_put_off_comes_back_with_why_and_waits_for_its_agent(
    product: Product,
) -> None:
    async with held(product) as (agent, customer, conversation):
        soon = product.clock() + timedelta(seconds=30)
        await agent.act(
            "snooze", conversation=conversation, until=instant(soon), note="Ask the bank."
        )
        queue = await agent.queue(lambda q: row(q, conversation, "snoozed") is not None)
        assert row(queue, conversation, "mine") is None
        me = next(one for one in queue["agents"] if one["id"] == agent.agent.id)
        assert me["load"] == 0, "what is put off takes no room"
        since = len(agent.frames)
        await pass_(product, 31)
        back = await queue_of(agent, lambda q: row(q, conversation, "mine") is not None, since)
        nap = (row(back, conversation, "mine") or {})["nap"]
        assert (nap["asleep"], nap["why"], nap["note"]) == (False, "time", "Ask the bank.")
        since = len(agent.frames)
        await agent.act("say", conversation=conversation, text="The bank says yes.")
        await pass_(product, 1)
        await queue_of(
            agent, lambda q: (row(q, conversation, "mine") or {"nap": 1})["nap"] is None, since
        )
        assert "Ask the bank." not in str(customer.frames)
        past = instant(product.clock() - timedelta(seconds=1))
        wrong = await agent.act("snooze", conversation=conversation, until=past)
        assert wrong["code"] == "bad_time"
        tomorrow = instant(product.clock() + timedelta(days=1))
        await agent.act("snooze", conversation=conversation, until=tomorrow)
        await agent.close()
        await pass_(product, 600)  # long after the agent's lease
        assert (await kinds(product, conversation))[-1] == "conversation.snoozed"
        await customer.say("it works now")
        await pass_(product, 1)
        said = await kinds(product, conversation)
        assert said[-3:] == ["customer.said", "conversation.woken", "conversation.requeued"]
    assert product.breaches() == []
