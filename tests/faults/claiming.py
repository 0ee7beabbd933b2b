"""Many agents claim one conversation at the same moment: one has it, the others hear who."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

from bot.conversation import events as e
from handoff import agents
from tests.clients import Frame
from tests.faults.figures import Figure, at
from tests.faults.ground import Console, Ground, console, still_sound, waiting
from tests.product import Product

AGENTS = 20
TOLD = 0.5
"""Seconds in which 99 of 100 losers are to know."""


async def together(ground: Ground, rounds: int) -> Figure:
    """Let all agents claim at once, so many times."""
    product = await ground.product()
    names = [f"Claimer {number}" for number in range(AGENTS)]
    await _hired(product, names)
    told: list[float] = []
    async with AsyncExitStack() as stack:
        consoles = [await stack.enter_async_context(console(product, name)) for name in names]
        for number in range(rounds):
            told += await _round(product, consoles, number)
    still_sound(product)
    p99 = at(0.99, told)
    return Figure(
        "F2",
        f"{AGENTS} claims at once, {rounds} times",
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
