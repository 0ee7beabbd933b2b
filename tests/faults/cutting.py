"""The connection is cut at any byte of an exchange: both sides find back to one truth."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from websockets.exceptions import ConnectionClosed

from bot.conversation import events as e
from tests.clients import CustomerClient, Frame, SocketClient
from tests.faults.figures import Figure
from tests.faults.ground import Console, Ground, console, still_sound, waiting
from tests.faults.proxy import Proxy
from tests.product import Product

Way = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Cut:
    """After so many bytes in this direction."""

    way: Way
    after: int


async def claims(ground: Ground, every: int) -> Figure:
    """Cut a claim after every so many bytes, each way; then look, claim again, and be the one."""
    product = await ground.product()
    async with Proxy(_port(product)) as proxy, console(product, ws=proxy.ws) as agent:
        up, down = await _rehearsed(proxy, _claim_uncut(product, agent))
        cuts = _cuts(up, down, every)
        for number, cut in enumerate(cuts):
            await _claim_cut(product, proxy, agent, cut, number)
    still_sound(product)
    return _figure("F1", "a claim cut at a byte, each way", cuts)


async def messages(ground: Ground, every: int) -> Figure:
    """Cut a customer's message after every so many bytes, each way; then send it again."""
    product = await ground.product()
    customer, conversation = await waiting(product)
    await customer.close()
    async with console(product) as agent, Proxy(_port(product)) as proxy:
        assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
        customer = _through(proxy, product, customer)
        await customer.connect()
        try:
            up, down = await _rehearsed(proxy, _say_uncut(customer))
            cuts = _cuts(up, down, every)
            for number, cut in enumerate(cuts):
                await _say_cut(product, proxy, customer, cut, number)
        finally:
            await customer.close()
        assert (await agent.act("resolve", conversation=conversation))["type"] == "ok"
    still_sound(product)
    return _figure("F1", "a message cut at a byte, each way", cuts)


async def _claim_uncut(product: Product, agent: Console) -> Callable[[], Awaitable[None]]:
    customer, conversation = await waiting(product)
    await customer.close()

    async def act() -> None:
        answer = await agent.answer_to(_claim(conversation, 0))
        assert answer["type"] == "ok", answer

    return act


async def _say_uncut(customer: CustomerClient) -> Callable[[], Awaitable[None]]:
    async def act() -> None:
        assert (await customer.say("Are you there?", "m-000000"))["type"] == "ack"
        await customer.event(e.CUSTOMER_SAID, client_id="m-000000")

    return act


async def _rehearsed(
    proxy: Proxy, prepared: Awaitable[Callable[[], Awaitable[None]]]
) -> tuple[int, int]:
    """How many bytes the exchange has, each way."""
    act = await prepared
    link = proxy.last
    before = link.up.passed, link.down.passed
    await act()
    return link.up.passed - before[0], link.down.passed - before[1]


def _cuts(up: int, down: int, every: int) -> list[Cut]:
    """Every so many bytes, the ends always with them."""
    both: Sequence[tuple[Way, int]] = (("up", up), ("down", down))
    return [Cut(way, at) for way, size in both for at in sorted({*range(0, size + 1, every), size})]


async def _broken(proxy: Proxy, cut: Cut, client: SocketClient, frame: dict[str, str]) -> None:
    """Send the frame into a connection that ends at this byte, and wait until it has ended."""
    link = proxy.last
    (link.up if cut.way == "up" else link.down).cut_after(cut.after)
    try:
        answer = await client.answer_to(frame)
    except (ConnectionClosed, OSError):
        answer = {"type": "closed"}
    if answer["type"] != "closed":
        link.reset()  # the exchange was shorter than its rehearsal
    await link.over.wait()
    await client.close()


async def _claim_cut(product: Product, proxy: Proxy, agent: Console, cut: Cut, number: int) -> None:
    customer, conversation = await waiting(product)
    await customer.close()
    await _broken(proxy, cut, agent, _claim(conversation, number))
    seen = len(agent.frames)
    await agent.connect()
    shown = await agent.follow(conversation)
    assert shown["holder"] in ("queue", "agent"), (cut, shown)
    answer = await agent.answer_to(_claim(conversation, number))
    assert answer["type"] == "ok", (cut, answer)
    await agent.wait(lambda frame: _joined(frame, conversation), since=seen)
    log = await product.log_of(conversation)
    assert [event.kind for event in log].count(e.AGENT_JOINED) == 1, cut
    assert (await agent.act("resolve", conversation=conversation))["type"] == "ok"


async def _say_cut(
    product: Product, proxy: Proxy, customer: CustomerClient, cut: Cut, number: int
) -> None:
    client_id = f"m-{number + 1:06}"
    frame = {"type": "say", "id": client_id, "text": "Are you there?"}
    await _broken(proxy, cut, customer, frame)
    welcome = await customer.connect()
    assert welcome["type"] == "welcome", (cut, welcome)
    ack = await customer.say(frame["text"], client_id)
    assert ack["type"] == "ack", (cut, ack)
    seen = await customer.event(e.CUSTOMER_SAID, client_id=client_id)
    assert seen["position"] == ack["position"], cut
    log = await product.log_of(customer.conversation or "")
    assert [event.client_id for event in log].count(client_id) == 1, cut


def _joined(frame: Frame, conversation: str) -> bool:
    return frame["type"] == "events" and any(
        event["kind"] == e.AGENT_JOINED and frame["conversation"] == conversation
        for event in frame["items"]
    )


def _claim(conversation: str, number: int) -> dict[str, str]:
    return {"type": "claim", "id": f"k-{number:06}", "conversation": conversation}


def _through(proxy: Proxy, product: Product, known: CustomerClient) -> CustomerClient:
    """The same visitor by another way."""
    customer = CustomerClient(proxy.ws)
    customer.recorder = product.history.join("customer")
    customer.token, customer.conversation = known.token, known.conversation
    return customer


def _port(product: Product) -> int:
    return int(product.url.rsplit(":", 1)[1])


def _figure(fault: str, what: str, cuts: Sequence[Cut]) -> Figure:
    return Figure(fault, what, f"{len(cuts)} of {len(cuts)} cuts converge", "all", met=True)
