"""Messages sent many times, frames in pieces, connections that keep breaking."""

import asyncio
import random
from collections.abc import Sequence

from websockets.exceptions import ConnectionClosed

from bot.conversation import events as e
from tests.clients import CustomerClient, Frame
from tests.faults.figures import Figure
from tests.faults.ground import Console, Ground, console, still_sound, waiting
from tests.faults.proxy import Proxy
from tests.product import Product

TABS, TRIES = 2, 5
SEED = 11


async def duplicates(ground: Ground, count: int) -> Figure:
    """Send each message five times, from two tabs of one visitor, some over a new connection."""
    product = await ground.product()
    customer, conversation = await waiting(product)
    chance = random.Random(SEED)
    async with console(product) as agent:
        assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
        tabs = [customer, _tab(product, customer)]
        try:
            await tabs[1].connect()
            for number in range(count):
                await _five_times(tabs, f"twice-{number}")
                if chance.random() < 0.05:
                    await tabs[0].cut()
                    await tabs[0].connect()
        finally:
            for tab in tabs:
                await tab.close()
        assert (await agent.act("resolve", conversation=conversation))["type"] == "ok"
    said = [event.client_id for event in await product.log_of(conversation)]
    doubled = sum(said.count(f"twice-{number}") != 1 for number in range(count))
    still_sound(product)
    sent = count * TRIES
    what = f"{sent} sends of {count} messages from {TABS} tabs"
    return Figure("F26", what, f"{doubled} duplicates", "0", met=doubled == 0)


async def pieces(ground: Ground, count: int) -> Figure:
    """Talk through a network that delays, slices and keeps breaking; all logs are equal."""
    product = await ground.product()
    customer, conversation = await waiting(product)
    await customer.close()
    port = int(product.url.rsplit(":", 1)[1])
    chance = random.Random(SEED)
    async with (
        Proxy(port, latency=0.002, slicing=40, seed=SEED) as proxy,
        console(product, ws=proxy.ws) as agent,
    ):
        customer = _tab(product, customer, proxy.ws)
        await customer.connect()
        await agent.follow(conversation)
        assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
        try:
            for number in range(count):
                await _both_speak(customer, agent, conversation, number)
                if chance.random() < 0.1:
                    await _broken(proxy, customer, agent, conversation)
            await _equal(product, customer, agent, conversation)
        finally:
            await customer.close()
        assert (await agent.act("resolve", conversation=conversation))["type"] == "ok"
    still_sound(product)
    return Figure(
        "F27",
        f"{2 * count} messages through slices, delay and {len(proxy.links) - 2} broken connections",
        "customer, agent and log are the same",
        "I4 and I5 always",
        met=True,
    )


def _tab(product: Product, known: CustomerClient, ws: str | None = None) -> CustomerClient:
    tab = CustomerClient(ws or product.ws)
    tab.recorder = product.history.join("customer")
    tab.token, tab.conversation = known.token, known.conversation
    return tab


async def _five_times(tabs: Sequence[CustomerClient], client_id: str) -> None:
    frame = {"type": "say", "id": client_id, "text": "Is it still there?"}
    seen = [len(tab.frames) for tab in tabs]
    counts = [TRIES - TRIES // TABS, TRIES // TABS]
    for tab, times in zip(tabs, counts, strict=True):
        for _ in range(times):
            await tab.send(frame)
    answers: list[Frame] = []
    for tab, since, times in zip(tabs, seen, counts, strict=True):
        answers += await _acks(tab, client_id, since, times)
    assert len({answer["position"] for answer in answers}) == 1, answers


async def _acks(tab: CustomerClient, client_id: str, since: int, times: int) -> list[Frame]:
    def found() -> list[Frame]:
        new = tab.frames[since:]
        return [f for f in new if f["type"] in ("ack", "error") and f["id"] == client_id]

    await tab.wait(lambda _: len(found()) >= times, since=since)
    assert all(answer["type"] == "ack" for answer in found()), found()
    return found()


async def _both_speak(
    customer: CustomerClient, agent: Console, conversation: str, number: int
) -> None:
    say = {"type": "say", "text": "一二三 café — and on it goes"}
    acked = await asyncio.gather(
        customer.answer_to(say | {"id": f"c-{number}"}),
        agent.answer_to(say | {"id": f"a-{number}", "conversation": conversation}),
    )
    assert [answer["type"] for answer in acked] == ["ack", "ok"], acked


async def _broken(
    proxy: Proxy, customer: CustomerClient, agent: Console, conversation: str
) -> None:
    """Cut both in the middle of whatever is under way, and let them come back."""
    for link in proxy.links:
        link.reset()
    for client in (customer, agent):
        try:
            await client.close()
        except (ConnectionClosed, OSError):
            continue
    await asyncio.gather(customer.connect(), agent.connect())
    await agent.follow(conversation, max(agent.events.get(conversation, {0: {}})))


async def _equal(
    product: Product, customer: CustomerClient, agent: Console, conversation: str
) -> None:
    log = await product.log_of(conversation)
    for client in (customer, agent):
        await client.wait(lambda _, c=client: len(c.events.get(conversation, ())) == len(log))  # type: ignore[misc]
    shown = [e.for_customer(event) for event in log]
    assert customer.log_of(conversation) == shown
    assert [event["position"] for event in agent.log_of(conversation)] == [
        event.position for event in log
    ]
