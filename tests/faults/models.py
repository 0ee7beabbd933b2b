"""A chat model that stalls, breaks off or talks rubbish: customers get whole answers, in time."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.answering.answerers.chat_model import ChatModelAnswerer, providers
from bot.answering.settings import AnsweringSettings
from bot.conversation import events as e
from tests.bot.answering.asking import Clock
from tests.bot.answering.model_server import (
    ModelServer,
    Play,
    Reply,
    breaks,
    fails,
    never_answers,
    resets_at_once,
    says,
    sends,
)
from tests.clients import Frame
from tests.faults.figures import Figure
from tests.faults.ground import Ground
from tests.product import Product, running

PATIENCE = {"first_token_seconds": 0.5, "between_tokens_seconds": 0.5, "whole_seconds": 2.0}
LATE = 1.0
"""Seconds after the model's deadline in which the customer has another answer."""
QUESTION = "how long does a refund take"
CHUNKS = ("A refund ", "is on its way ", "back to the card ", "that you paid with ", "[1].")
CHUNK = '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,'


async def stalls(ground: Ground, times: int) -> Figure:
    """Fall silent before the first chunk, after it, and in the middle."""
    plays = [never_answers, *(breaks(*CHUNKS[:n], how="silence") for n in (0, 1, 3, 5))] * times
    async with _asked(ground) as (product, server):
        await _outcome(product, server, plays[0])  # the first question loads what all need
        spent = [await _timed(product, server, play) for play in plays]
    late = max(spent) - PATIENCE["whole_seconds"]
    return Figure(
        "F9",
        f"{len(plays)} stalls of the model, longest wait {max(spent):.1f} s",
        f"{sum(one <= PATIENCE['whole_seconds'] + LATE for one in spent)} of {len(plays)} "
        "answered by the deadline + 1 s, 0 sockets left",
        "all, 0",
        met=late <= LATE,
        timed=True,
    )


async def resets(ground: Ground, times: int) -> Figure:
    """Cut the connection after every chunk; half an answer must never become one."""
    words = [f"word{n} " for n in range(20)]
    plays = [
        resets_at_once,
        *(breaks(*CHUNKS, *words[:n], how="reset") for n in range(len(words))),
        *(breaks(*CHUNKS[:n], how="reset") for n in range(4)),
    ]
    async with _asked(ground) as (product, server):
        for play in plays * times:
            await _outcome(product, server, play)
    count = len(plays) * times
    return Figure("F10", f"{count} answers broken off", "0 half answers", "0", met=True)


async def rubbish(ground: Ground, times: int) -> Figure:
    """Forty bodies that no model should send."""
    bodies = BAD * times
    async with _asked(ground) as (product, server):
        for play in bodies:
            await _outcome(product, server, play)
    figure = f"{len(bodies)} of {len(bodies)} end in a quoted answer"
    return Figure("F11", f"{len(BAD)} bad bodies", figure, "all", met=True)


@asynccontextmanager
async def _asked(ground: Ground) -> AsyncIterator[tuple[Product, ModelServer]]:
    """A product that asks a scripted model; after the block no promise is broken."""
    product, server = await ground.asking(_model)
    yield product, server
    await server.hung_up()
    assert product.breaches() == []


@asynccontextmanager
async def _model(home: Path) -> AsyncIterator[tuple[Product, ModelServer]]:
    async with ModelServer() as server:
        options = AnsweringSettings(
            chat_model="openai:m", base_url=server.url + "/v1", api_key=SecretStr("k"), **PATIENCE
        )
        # The clock leaps, so that the breaker never rests: every play is to be played.
        answerer = ChatModelAnswerer(providers.connect(options), options, clock=Clock(step=100.0))
        try:
            async with running(home, answerer=answerer) as product:
                yield product, server
        finally:
            await answerer.close()


async def _timed(product: Product, server: ModelServer, play: Play) -> float:
    started = time.perf_counter()
    await _outcome(product, server, play)
    return time.perf_counter() - started


async def _outcome(product: Product, server: ModelServer, play: Play) -> None:
    """One question, answered from the help centre because the model failed."""
    before = len(server.requests)
    server.plays = [play]
    async with product.customer() as customer:
        outcome = await customer.ask(QUESTION)
        assert len(server.requests) == before + 1, "the model was not asked"
        assert outcome["kind"] == e.BOT_ANSWERED, outcome
        data = outcome["data"]
        assert data["degraded"] is not None, data
        assert data["citations"], data
        assert not any(word in data["text"] for word in ("word0", "on its way", "Traceback")), data
        assert not [frame for frame in customer.frames if frame["type"] == "error"]
        _dropped(customer.frames)


def _dropped(frames: Sequence[Frame]) -> None:
    """A draft that was shown is taken back or replaced by an event that came after it."""
    last = max((n for n, frame in enumerate(frames) if frame["type"] == "draft"), default=-1)
    assert last == -1 or any(f["type"] in ("draft_dropped", "events") for f in frames[last + 1 :])


def _body(content: str, ending: str = '"stop"') -> str:
    return CHUNK + f'"delta":{{"content":{content}}},"finish_reason":{ending}}}]}}'


def _raw(*data: bytes) -> Play:
    return sends(*data)


async def _tool(reply: Reply) -> None:
    call = {"index": 0, "id": "t", "type": "function", "function": {"name": "pay", "arguments": ""}}
    await reply.head()
    await reply.delta(role="assistant", tool_calls=[call])
    await reply.end("tool_calls")


async def _old_tool(reply: Reply) -> None:
    await reply.head()
    await reply.delta(role="assistant", function_call={"name": "pay", "arguments": "{}"})
    await reply.end("function_call")


async def _flood(reply: Reply) -> None:
    await reply.head()
    while True:
        await reply.delta(content="A refund is on its way [1]. " * 300)


async def _many_choices(reply: Reply) -> None:
    await reply.head()
    await reply.event({"choices": [{"index": n, "delta": {}} for n in range(5)]})
    await asyncio.sleep(0)


BAD: tuple[Play, ...] = (
    says(), says(" \n\t "), says("x" * 1_000_000), says("a [1]. " * 5000), _flood,
    says("nul\x00 [1]."), says("bell\x07 [1]."), says("\ue000 private [1]."),
    says("No source at all."), says("A wrong source [9]."), says("It takes 9173 days [1]."),
    says("NO_ANSWER"), says("Cut", ending="length"), says("No.", ending="content_filter"),
    says("您的退款正在路上 [1]。"), says("Votre remboursement est en route vers vous [1]."),
    says("Bayaran balik anda sedang dalam perjalanan kepada anda [1]."),
    _tool, _old_tool, _many_choices,
    sends("{not json"), sends("[1, 2, 3]"), sends('"text"'), sends("null"), sends("7"),
    sends('{"choices": "many"}'), sends('{"error": {"message": "overloaded"}}'),
    sends(_body('"\\ud800 [1]"')), sends(_body("7")), sends(_body('["a"]')),
    sends(_body('{"a": 1}')), sends(_body('"half [1]"', "null")),
    _raw(b"data: \xff\xfe{\n\n"), _raw(b"\x00" * 5000), _raw(b"<html>proxy error</html>"),
    _raw(b""), _raw(b"data:\n\n" * 100),
    fails(500), fails(429, retry_after="1"), fails(307, location="http://127.0.0.1:1/"),
)  # fmt: skip
