"""People whose network swallows everything: the server notices, and nobody waits for a ghost."""

import asyncio
import time
from contextlib import AsyncExitStack

from bot.conversation import events as e
from tests.clients import AgentClient, CustomerClient
from tests.faults.figures import Figure
from tests.faults.ground import Ground, sound, staff_of
from tests.faults.history import History
from tests.faults.proxy import Link, Proxy

LEASE = 60.0
BACK_IN_QUEUE = LEASE + 5.0
NOTICED = 45.0
AFTERWARDS = 5.0
"""Seconds to wait for a second notice that must not come."""
LONGEST = 300.0
PING = 10.0


async def agents(ground: Ground, customers: int) -> Figure:
    """An agent vanishes who has so many customers; they are back in the queue, told once."""
    home, history = ground.home(), History()
    who, secret, csrf = staff_of(home)
    async with ground.server(home) as server, Proxy(server.port) as proxy:
        agent = AgentClient(server.url, proxy.ws, who, secret, csrf)
        agent.recorder = history.join("Aina")
        await agent.connect()
        await agent.act("presence", status="online", capacity=20)
        waiting = [await _waiting(server.ws, history) for _ in range(customers)]
        for customer in waiting:
            answer = await agent.act("claim", conversation=customer.conversation)
            assert answer["type"] == "ok", answer
        alive = asyncio.create_task(_alive(waiting))
        proxy.last.vanish()
        started = time.perf_counter()
        await asyncio.gather(*(one.event(e.REQUEUED, seconds=LONGEST) for one in waiting))
        took = time.perf_counter() - started
        await asyncio.sleep(AFTERWARDS)
        told = [
            [event["kind"] for event in one.log_of(one.conversation or "")].count(e.REQUEUED)
            for one in waiting
        ]
        alive.cancel()
        await asyncio.gather(alive, return_exceptions=True)
        for one in (*waiting, agent):
            await one.close()
    sound(home, history, finished=False)
    return Figure(
        "F3",
        f"an agent with {customers} customers vanishes, lease {LEASE:.0f} s",
        f"all back in the queue after {took:.0f} s, {sum(told) - customers} told twice",
        f"{BACK_IN_QUEUE:.0f} s, 0",
        met=took <= BACK_IN_QUEUE and sum(told) == customers,
    )


async def half_open(ground: Ground, sockets: int) -> Figure:
    """So many widgets vanish without a word; the server lets go of each."""
    home = ground.home()
    async with (
        ground.server(home) as server,
        Proxy(server.port) as proxy,
        AsyncExitStack() as stack,
    ):
        for _ in range(sockets):
            customer = CustomerClient(proxy.ws)
            await customer.connect()
            stack.push_async_callback(customer.close)
        for link in proxy.links:
            link.vanish()
        started = time.perf_counter()
        await asyncio.gather(*(_let_go(link) for link in proxy.links))
        took = time.perf_counter() - started
        for link in proxy.links:
            link.reset()
    what, figure = f"{sockets} half-open sockets", f"all noticed after {took:.0f} s"
    return Figure("F36", what, figure, f"{NOTICED:.0f} s", met=took <= NOTICED)


async def _waiting(ws: str, history: History) -> CustomerClient:
    """A customer who waits for a person."""
    customer = CustomerClient(ws)
    customer.recorder = history.join("customer")
    await customer.connect()
    await customer.person()
    await customer.event(e.PERSON_CALLED)
    return customer


async def _alive(customers: list[CustomerClient]) -> None:
    """Say something now and then, as a page that is open does."""
    while True:
        for customer in customers:
            await customer.send({"type": "ping", "n": 1})
        await asyncio.sleep(PING)


async def _let_go(link: Link) -> None:
    async with asyncio.timeout(LONGEST):
        await link.down.ended.wait()
