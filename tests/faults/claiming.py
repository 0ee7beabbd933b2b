"""Many agents claim one conversation at the same moment: one has it, the others hear who."""

import asyncio
import time
from contextlib import AsyncExitStack
from itertools import cycle
from typing import Any

from bot import schema
from bot.conversation import events as e
from handoff import agents
from tests.clients import Frame
from tests.contracts.services import Postgres
from tests.faults import truth
from tests.faults.figures import Figure, at
from tests.faults.ground import MANY, Console, Ground, console, still_sound, waiting
from tests.faults.history import check_truth
from tests.product import Product, running

AGENTS = 20
TOLD = 0.5
"""Seconds in which 99 of 100 losers are to know."""


async def together(ground: Ground, rounds: int) -> Figure:
    """Let all agents claim at once, so many times."""
    product = await ground.product()
    told = await _rounds([product], rounds)
    still_sound(product)
    return _figure(f"{AGENTS} claims at once, {rounds} times", rounds, told)


async def on_postgres(ground: Ground, rounds: int) -> Figure:
    """As `together`, with the consoles on two servers that share a PostgreSQL database."""
    service = Postgres()
    try:
        url = service.make("claims")
        schema.migrate(url)
        settings = MANY | {"database": {"url": url}}
        async with (
            running(ground.home(), settings=settings) as one,
            running(ground.home(), settings=settings) as other,
        ):
            other.history = one.history
            told = await _rounds([one, other], rounds)
            found = await one.parts.database.read(truth.read_rows)
        breaches = check_truth(found, one.history.lines, finished=False)
        assert breaches == [], breaches
    finally:
        service.close()
    what = f"{AGENTS} claims at once on two servers and PostgreSQL, {rounds} times"
    return _figure(what, rounds, told)


async def _rounds(servers: list[Product], rounds: int) -> list[float]:
    """Agents and customers are spread over the servers; gives how long each loser waited."""
    names = [f"Claimer {number}" for number in range(AGENTS)]
    await _hired(servers[0], names)
    told: list[float] = []
    async with AsyncExitStack() as stack:
        where = zip(names, cycle(servers))
        consoles = [await stack.enter_async_context(console(on, name)) for name, on in where]
        for number in range(rounds):
            told += await _round(servers[number % len(servers)], consoles, number)
    return told


def _figure(what: str, rounds: int, told: list[float]) -> Figure:
    p99 = at(0.99, told)
    return Figure(
        "F2",
        what,
        f"{rounds}/{rounds} with one winner, losers told p99 {p99 * 1000:.0f} ms",
        f"all, {TOLD * 1000:.0f} ms",
        met=p99 <= TOLD,
    )


async def _round(product: Product, consoles: list[Console], number: int) -> list[float]:
    customer, conversation = await waiting(product)
    await customer.close()
    answers = await asyncio.gather(*(_claimed(one, conversation, number) for one in consoles))
    winners = [one for one, (answer, _) in zip(consoles, answers, strict=True) if _won(answer)]
    losers = [(answer, spent) for answer, spent in answers if not _won(answer)]
    assert len(winners) == 1, [answer for answer, _ in answers]
    for answer, _ in losers:
        assert answer["code"] == "already_claimed", answer
        assert answer["data"]["agent"]["id"] == winners[0].agent.id, answer
    log = await product.log_of(conversation)
    assert [event.kind for event in log].count(e.AGENT_JOINED) == 1
    await winners[0].act("resolve", conversation=conversation)
    return [spent for _, spent in losers]


async def _claimed(one: Console, conversation: str, number: int) -> tuple[Frame, float]:
    started = time.perf_counter()
    answer = await one.answer_to(
        {"type": "claim", "id": f"claim-{number}", "conversation": conversation}
    )
    return answer, time.perf_counter() - started


def _won(answer: Frame) -> bool:
    return bool(answer["type"] == "ok")


async def _hired(product: Product, names: list[str]) -> None:
    now = product.clock()

    def work(tx: Any) -> None:
        for name in names:
            if agents.by_name(tx, name) is None:
                agents.add(tx, name, "agent", ["en"], now, capacity=20)

    await product.parts.database.write(work)
