"""Servers that end: killed in the middle of answers, restarted under load, found by a herd."""

import asyncio
import json
import random
import time
from contextlib import AsyncExitStack

from tests.bench.load import swarm
from tests.bench.load.seeding import Pair
from tests.bot.answering.model_server import ModelServer, says
from tests.clients import CustomerClient
from tests.faults import truth
from tests.faults.figures import Figure, at
from tests.faults.ground import Ground, sound
from tests.faults.history import History
from tests.faults.server import ServerProcess
from tests.faults.talkers import Talker, undecided, until_decided
from tests.product import until

SEED = 7
LEASE = 2.0
TAKEOVER = LEASE + 5.0
DRAIN = 10.0
BACK = 60.0
SENT = 1.0
JITTER = 2.0
"""Seconds over which clients spread their return, as the server asks them to."""
AT_WORK = 12
"""Turns that are under way when the server is killed, begun one after another."""
TALKERS = 40
SLOW = ("A refund ", "is on its way ", "back to the card ", "that you paid with ", "[1].")


async def turns(ground: Ground, kills: int) -> Figure:
    """Kill the server while turns are in every phase; the next one finishes them, once."""
    home, history, chance = ground.home(), History(), random.Random(SEED)
    took: list[float] = []
    async with ModelServer() as model:
        model.plays = [says(*SLOW, pause=0.05)]
        settings = {
            "HANDRAIL_ANSWERING__ANSWERER": "chat_model",
            "HANDRAIL_ANSWERING__CHAT_MODEL": "openai:m",
            "HANDRAIL_ANSWERING__BASE_URL": f"{model.url}/v1",
            "HANDRAIL_TURN__LEASE": f"PT{LEASE:.0f}S",
        }
        async with ground.server(home, **settings) as server:
            for _ in range(kills):
                await _begun(server, history, chance)
                await server.kill()
                left = undecided(home)
                await server.start()
                started = time.perf_counter()
                await until_decided(lambda: undecided(home))
                took += [time.perf_counter() - started] if left else []
    sound(home, history)
    messages = sum(map(len, truth.read(home / "handrail.db").outcomes.values()))
    return Figure(
        "F34",
        f"{kills} kills with turns under way, lease {LEASE:.0f} s",
        f"{messages}/{messages} messages with one outcome, the last of a kill after "
        f"{max(took, default=0.0):.1f} s",
        f"all, {TAKEOVER:.0f} s",
        met=max(took, default=0.0) <= TAKEOVER,
        timed=True,
    )


async def _begun(server: ServerProcess, history: History, chance: random.Random) -> None:
    """Customers ask one after another, so that their turns are at different steps."""
    customers = []
    for _ in range(AT_WORK):
        customer = CustomerClient(server.ws)
        customer.recorder = history.join("customer")
        await customer.connect()
        customers.append(customer)
    for customer in customers:
        ack = await customer.say("how long does a refund take")
        assert ack["type"] == "ack", ack
        await asyncio.sleep(chance.uniform(0.0, 0.08))
    for customer in customers:
        await customer.cut()


async def rolling(ground: Ground, restarts: int) -> Figure:
    """Stop and start the server under load; everybody comes back and nothing is missing."""
    home, history = ground.home(), History()
    drains: list[float] = []
    async with ground.server(home) as server:
        done = asyncio.Event()
        talkers = [Talker(number, SEED, history) for number in range(TALKERS)]
        tasks = [asyncio.create_task(talker.talk([server.ws], done)) for talker in talkers]
        for _ in range(restarts):
            await _under_load(history)
            drains.append(await server.stop())
            await server.start()
        await _under_load(history)
        done.set()
        await asyncio.gather(*tasks)
        await asyncio.gather(*(talker.settle(server.ws) for talker in talkers))
        await until_decided(lambda: undecided(home))
    sound(home, history)
    return Figure(
        "F35",
        f"{restarts} restarts under load, {history.acknowledged} messages acknowledged",
        f"0 lost, 0 doubled, stopped in at most {max(drains):.1f} s",
        f"0, 0, {DRAIN:.0f} s",
        met=max(drains) <= DRAIN,
        timed=True,
    )


async def _under_load(history: History) -> None:
    before = history.acknowledged
    await until(lambda: history.acknowledged >= before + 20, seconds=300)


async def herd(ground: Ground, sockets: int) -> Figure:
    """Everybody loses the server at once and comes back at once."""
    server, home = await ground.crowd(sockets)
    pairs, chance = home.pairs[:sockets], random.Random(SEED)
    async with AsyncExitStack() as stack:
        for first in range(0, sockets, 100):
            opened = await asyncio.gather(
                *(swarm.customer(server, pair.token) for pair in pairs[first : first + 100])
            )
            for one in opened:
                stack.callback(one.transport.abort)
        await server.kill()
    await server.start()
    started = time.perf_counter()
    back = await asyncio.gather(
        *(_returns(server, pair, chance.uniform(0, JITTER)) for pair in pairs)
    )
    took = time.perf_counter() - started
    sent = at(0.99, [one for one, _ in back])
    logs = truth.read(home.home / "handrail.db").logs.values()
    stored = {event.client_id for log in logs for event in log}
    lost = [client_id for _, client_id in back if client_id not in stored]
    assert not lost, lost
    return Figure(
        "F31",
        f"{sockets} sockets come back after a kill",
        f"all in {took:.1f} s, their first message acknowledged in p99 {sent:.2f} s, 0 lost",
        f"{BACK:.0f} s, {SENT:.0f} s, 0",
        met=took <= BACK and sent <= SENT,
        timed=True,
    )


async def _returns(server: ServerProcess, pair: Pair, wait: float) -> tuple[float, str]:
    """Come back after this wait, catch up, write; gives the seconds that the writing took."""
    await asyncio.sleep(wait)
    socket = await swarm.customer(server, pair.token)
    await swarm.until(socket, lambda frame: frame["type"] == "events")
    client_id = f"back-{time.monotonic_ns()}"
    started = time.perf_counter()
    await socket.send(json.dumps({"type": "say", "id": client_id, "text": "I am back."}))
    await swarm.until(socket, lambda frame: frame["type"] == "ack")
    spent = time.perf_counter() - started
    socket.transport.abort()
    return spent, client_id
