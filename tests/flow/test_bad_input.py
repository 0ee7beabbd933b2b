"""What a socket does with nonsense: a clear error with a code, and nobody else notices."""

import json
from typing import Any

import pytest

from tests.clients import CustomerClient, SocketClient
from tests.product import Product, running

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def product(shared: Product) -> Product:
    """One server for all of them: each customer here is a new one."""
    return shared


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_message"),
        ("   \n\t ", "empty_message"),
        ("\u200d\u200f", "empty_message"),
        ("x" * 100_000, "too_large"),
        ("x" * 4001, "too_large"),
        ("hello\x00world", "bad_text"),
        ("bell\x07", "bad_text"),
        ("lone \ud800 surrogate", "bad_frame"),
    ],
    ids=["empty", "blank", "joiners", "100000", "4001", "null", "bell", "surrogate"],
)
async def test_a_bad_message_is_refused_and_stores_nothing(
    product: Product, text: str, code: str
) -> None:
    async with product.customer() as customer:
        answer = await customer.say(text)
        if answer["type"] == "closed":
            assert (code, answer["code"]) == ("too_large", 1009)
            assert (await customer.connect())["conversation"] is None
        else:
            assert (answer["type"], answer["code"]) == ("error", code), answer
        said = await customer.say("how long does a refund take")
        assert (said["type"], said["position"]) == ("ack", 2), "the first after the start"


@pytest.mark.parametrize(
    "text",
    ["مرحبا، أين تذكرتي؟", "\u202eabc", "👍", "😡😡😡", "?", "1", "e\u0301", "  padded  "],
    ids=["arabic", "override", "thumb", "angry", "mark", "digit", "combining", "padded"],
)
async def test_unusual_text_gets_an_outcome(product: Product, text: str) -> None:
    async with product.customer() as customer:
        answer = await customer.ask(text)
    assert answer["kind"] in ("bot.answered", "person.called")


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("not json", "JSON"),
        ("[1, 2]", "object"),
        ("{}", "type"),
        ('{"type": "shout"}', "type"),
        ('{"type": "say", "id": "1"}', "text"),
        ('{"type": "say", "id": 7, "text": "hi"}', "id"),
        ('{"type": "say", "id": "", "text": "hi"}', "id"),
        ('{"type": "say", "id": "1", "text": "hi", "admin": true}', "admin"),
        ('{"type": "rate", "id": "1", "score": 9, "comment": ""}', "score"),
        ("[" * 30_000, "JSON"),
        (b"\x00\x01\x02", "JSON"),
    ],
)
async def test_a_bad_frame_is_answered_with_what_is_wrong(
    product: Product, frame: str | bytes, field: str
) -> None:
    async with product.customer() as customer:
        seen = len(customer.frames)
        await customer.send(frame)
        error = await customer.wait(lambda f: f["type"] == "error", since=seen)
        assert error["code"] == "bad_frame"
        assert field in error["message"]
        assert (await customer.say("how long does a refund take"))["type"] == "ack"


@pytest.mark.parametrize(
    "hello",
    [
        {"type": "say", "id": "1", "text": "hi"},
        {"type": "hello"},
        {"type": "hello", "protocol": 2},
        {"type": "hello", "protocol": 1, "token": "x" * 500},
        {"type": "hello", "protocol": 1, "position": -1},
    ],
    ids=["say first", "no version", "other version", "long token", "negative position"],
)
async def test_a_wrong_hello_closes_with_4400(product: Product, hello: dict[str, Any]) -> None:
    client = SocketClient(f"{product.ws}/ws/customer")
    closed = await client.open(hello)
    assert (closed["type"], closed["code"]) == ("closed", 4400)


async def test_an_unknown_token_closes_with_4401(product: Product) -> None:
    client = CustomerClient(product.ws)
    closed = await client.connect(token="made-up")
    assert closed["code"] == 4401
    agent = SocketClient(f"{product.ws}/ws/agent")
    closed = await agent.open({"type": "hello", "protocol": 1, "token": "made-up"})
    assert closed["code"] == 4401


async def test_a_foreign_conversation_is_not_found_and_not_read(product: Product) -> None:
    async with product.customer() as owner, product.customer() as thief:
        await owner.ask("the payment went through twice")
        answer = await thief.answer_to(
            {"type": "say", "id": "t", "text": "hello", "conversation": owner.conversation}
        )
        assert answer["code"] == "not_found"
        missing = await thief.answer_to(
            {"type": "say", "id": "u", "text": "hello", "conversation": "no-such"}
        )
        assert missing["message"] == answer["message"], "whether it exists is not said"
        await thief.cut()
        welcome = await thief.connect(conversation=owner.conversation)
        assert welcome["conversation"] is None
        assert "went through twice" not in json.dumps(thief.frames)
        assert len(owner.log_of(owner.conversation or "")) == 3


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1:1",
        "HTTP://SHOP.EXAMPLE",
        "https://shop.example.evil.example",
        "https://shop.example:444",
        "http://shop.example",
    ],
)
async def test_a_foreign_origin_is_refused(product: Product, origin: str) -> None:
    for path in ("/ws/customer", "/ws/agent"):
        client = SocketClient(product.ws + path)
        closed = await client.open({"type": "hello", "protocol": 1}, origin=origin)
        assert (closed["type"], closed["code"]) == ("closed", 4403)


async def test_writing_too_fast_is_slowed_down_and_loses_nothing(home: Any) -> None:
    few = {"web": {"messages_per_minute": 5}}
    async with running(home, settings=few) as product, product.customer() as customer:
        answers = [await customer.say(f"question {n}", f"m-{n}") for n in range(7)]
    assert [answer["type"] for answer in answers] == ["ack"] * 5 + ["error"] * 2
    assert answers[-1]["code"] == "rate_limited"
    assert answers[-1]["retry_after"] > 0
