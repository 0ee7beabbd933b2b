"""Typing that comes in any order, and clocks that jump: nothing of either may reach the log."""

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.conversation import events as e
from tests.clients import WAIT, CustomerClient, SocketClient
from tests.faults.figures import Figure
from tests.faults.ground import Console, Ground, console, sound, still_sound, waiting
from tests.product import FakeClock, Product, running

SEED = 3
DAY = timedelta(days=1)
STEPS = (DAY, -DAY, -DAY, timedelta(hours=1), timedelta(hours=-1), DAY)
LEASE = timedelta(seconds=2)
BEATEN = timedelta(seconds=20)
"""A lease that a console's heartbeat renews; it is over within the time that `_keeps` waits."""
KEPT = 30
GIVEN_BACK = 20.0


async def typing(ground: Ground, frames: int) -> Figure:
    """Both sides send typing in a shuffled order, half of the ends left out."""
    product = await ground.product()
    chance = random.Random(SEED)
    customer, conversation = await waiting(product)
    async with console(product) as agent:
        assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
        await agent.follow(conversation)
        await customer.event(e.AGENT_JOINED)
        head = len(await product.log_of(conversation))
        said = chance.choices((True, True, False), k=frames)
        for on in said:
            await customer.send({"type": "typing", "on": on})
            await agent.send({"type": "typing", "conversation": conversation, "on": on})
        await _in_order(customer, said, agent)
        written = len(await product.log_of(conversation)) - head
        assert (await agent.act("resolve", conversation=conversation))["type"] == "ok"
    await customer.close()
    still_sound(product)
    what = f"{2 * frames} typing frames, ends left out"
    figure = f"{written} of them in the log, the last word of each sender shown last"
    return Figure("F29", what, figure, "0", met=written == 0)


async def _in_order(customer: CustomerClient, said: list[bool], agent: Console) -> None:
    """What each side is shown last is what the other said last: no older word after it."""
    for client, kind in ((customer, "agent"), (agent, "customer")):

        def shown(client: SocketClient = client, kind: str = kind) -> list[bool]:
            frames = (f for f in client.frames if f["type"] == "typing")
            return [frame["on"] for frame in frames if frame["who"]["kind"] == kind]

        pong = {"type": "ping", "n": 1}
        await client.send(pong)
        await client.wait(lambda frame: frame["type"] == "pong")
        await client.wait(lambda _, shown=shown: shown()[-1:] == said[-1:])  # type: ignore[misc]


async def steps(ground: Ground, rounds: int) -> Figure:
    """The server's clock jumps a day ahead and back while people talk."""
    clock, jumps = FakeClock(), list(STEPS) * rounds
    async with AsyncExitStack() as stack:
        product = await stack.enter_async_context(running(ground.home(), clock=clock))
        agent = await stack.enter_async_context(console(product))
        customer, conversation = await waiting(product)
        stack.push_async_callback(customer.close)
        assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
        for number, jump in enumerate(jumps):
            clock.ahead += jump
            await _goes_on(product, customer, agent, number)
        log = await product.log_of(conversation)
    sound(product.settings.home, product.history, finished=False)
    assert [event.position for event in log] == list(range(1, len(log) + 1))
    return Figure("F30", f"{len(jumps)} jumps of the clock", "I1 to I8 hold", "always", met=True)


async def _goes_on(product: Product, customer: CustomerClient, agent: Console, number: int) -> None:
    """A message each way, and a new customer who is answered."""
    assert (await customer.say(f"message {number}"))["type"] == "ack"
    said = {"conversation": customer.conversation or "", "text": f"answer {number}"}
    async with asyncio.timeout(WAIT):
        while (answer := await agent.act("say", **said))["type"] != "ok":
            assert answer["code"] == "not_holder", answer  # the jump ended the lease
            await agent.act("claim", conversation=said["conversation"])
    await customer.event(e.AGENT_SAID, text=f"answer {number}")
    async with product.customer() as other:
        assert (await other.ask("how long does a refund take"))["kind"] == e.BOT_ANSWERED


async def leases(ground: Ground, rounds: int) -> Figure:
    """The clock jumps: who is here keeps their customer, who is gone gives theirs back."""
    kept = returned = 0
    for _ in range(rounds):
        kept += await _keeps(ground)
        returned += await _returns(ground)
    return Figure(
        "F30",
        f"leases over {rounds} jumps ahead and {rounds} back",
        f"{rounds - kept} taken from an agent who is there, "
        f"{rounds - returned} kept by one who is gone for more than {GIVEN_BACK:.0f} s",
        "0, 0",
        met=kept == rounds and returned == rounds,
    )


async def _keeps(ground: Ground) -> bool:
    clock = FakeClock()
    settings = {"handoff": {"claim_lease": BEATEN}}
    async with (
        running(ground.home(), clock=clock, settings=settings) as product,
        console(product) as agent,
    ):
        customer, conversation = await waiting(product)
        assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
        clock.ahead += DAY
        await asyncio.sleep(KEPT)
        log = await product.log_of(conversation)
        await customer.close()
        return all(event.kind != e.REQUEUED for event in log)


async def _returns(ground: Ground) -> bool:
    clock = FakeClock()
    settings = {"handoff": {"claim_lease": LEASE}}
    async with running(ground.home(), clock=clock, settings=settings) as product:
        customer, conversation = await waiting(product)
        async with console(product) as agent:
            assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
        clock.ahead -= DAY
        try:
            await customer.event(e.REQUEUED, seconds=GIVEN_BACK)
        except AssertionError:
            return False
        finally:
            await customer.close()
        return True
