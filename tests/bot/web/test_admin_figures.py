"""The figures and the questions without an answer, from conversations made by hand."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from tests.product import Product

AGENT = {"id": "a", "name": "Aina"}


def said(text: str) -> NewEvent:
    """A customer's message."""
    return NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": text})


def answered(query: str, decision: str = "answer", language: str = "en") -> NewEvent:
    """An answer of the bot."""
    data = {"text": "…", "decision": decision, "language": language}
    return NewEvent(e.BOT_ANSWERED, e.BOT, data, staff={"query": query})


def called(reason: str) -> NewEvent:
    """A call for a person."""
    return NewEvent(e.PERSON_CALLED, e.SYSTEM, {"reason": reason, "language": "en"})


async def conversation(product: Product, at: datetime, *steps: tuple[int, NewEvent]) -> str:
    """A conversation whose events came so many minutes after its start."""

    def work(tx: Any) -> str:
        visitor = log.new_id()
        state = log.start(tx, visitor_id=visitor, channel="widget", locale="en", page=None, now=at)
        for minutes, event in steps:
            state = log.append(tx, state, [event], now=at + timedelta(minutes=minutes))
        return state.id

    return await product.parts.database.write(work)


async def test_figures_count_what_happened(product: Product) -> None:
    now = product.clock().replace(hour=12)
    product.clock.stop(now)  # no midnight comes in between
    hour = timedelta(hours=1)
    joined = NewEvent(e.AGENT_JOINED, "agent:a", {"agent": AGENT})
    resolved = NewEvent(e.RESOLVED, "agent:a", {"by": AGENT, "reason": "resolved"})
    rated = NewEvent(e.RATED, e.CUSTOMER, {"score": 4, "comment": ""})
    await conversation(product, now - hour, (0, said("a")), (0, answered("a")))
    await conversation(
        product,
        now - 30 * hour,
        (0, said("b")),
        (0, answered("b", "unsure", "ms")),
        (1, called("stuck")),
        (5, joined),
        (6, called("rule")),
        (9, resolved),
        (9, rated),
    )
    await conversation(
        product, now - hour, (0, said("c")), (0, answered("c")), (1, called("asked_for_person"))
    )
    await conversation(product, now - timedelta(days=60), (0, said("d")), (0, called("stuck")))
    async with product.rest() as admin:
        figures = (await admin.get("/api/admin/figures")).json()
    assert figures["conversations"] == 3
    assert figures["answered"] == 1
    assert figures["handed_over"] == {"stuck": 1, "asked_for_person": 1}
    assert figures["resolved"] == 1
    assert figures["rated"] == {"avg": 4.0, "n": 1}
    assert figures["wait_minutes"] == {"p50": 4.0, "p95": 4.0}
    assert figures["by_language"] == {"en": 3}
    assert len(figures["by_day"]) == 31
    assert sum(day["conversations"] for day in figures["by_day"]) == 3
    assert sum(day["handed_over"] for day in figures["by_day"]) == 2
    assert figures["by_day"][-1]["day"] == now.date().isoformat()


async def test_questions_without_an_answer_are_grouped_by_their_words(
    product: Product, admin: httpx.AsyncClient
) -> None:
    now = product.clock()
    asked = ["可以帶貓嗎", "可以带猫吗", "Can I bring a CAT", "can i  bring a cat", "cat"]
    for number, text in enumerate(asked):
        decision = "answer" if text == "cat" else "unsure"
        language = "en" if text.isascii() else "zh-Hans"
        at = now - timedelta(hours=number)
        await conversation(product, at, (0, said(text)), (0, answered(text, decision, language)))
    old = now - timedelta(days=40)
    await conversation(product, old, (0, said("old")), (0, answered("old", "unsure")))
    groups = (await admin.get("/api/admin/unanswered")).json()
    assert [(one["text"], one["language"], one["count"]) for one in groups] == [
        ("可以帶貓嗎", "zh-Hans", 2),
        ("Can I bring a CAT", "en", 2),
    ]
    assert len(groups[0]["conversations"]) == 2


async def test_the_console_lists_conversations_by_their_last_change(product: Product) -> None:
    now = product.clock()
    first = await conversation(product, now - timedelta(hours=2), (0, said("one")))
    second = await conversation(
        product, now - timedelta(hours=1), (0, said("two")), (0, called("stuck"))
    )
    async with product.rest("Aina") as client:
        listed = (await client.get("/api/console/conversations")).json()
        assert [one["conversation"] for one in listed] == [second, first]
        assert listed[0]["preview"] == "two"
        waiting = await client.get("/api/console/conversations", params={"status": "waiting"})
        assert [one["conversation"] for one in waiting.json()] == [second]
        page = {"limit": 1, "before": listed[0]["updated_at"]}
        rest = await client.get("/api/console/conversations", params=page)
        assert [one["conversation"] for one in rest.json()] == [first]
        naive = await client.get(
            "/api/console/conversations", params={"before": "2026-11-22T00:00:00"}
        )
        assert naive.status_code == 422
        assert {one["name"] for one in (await client.get("/api/console/agents")).json()} == {
            *("Admin", "Aina", "Wei Ling")
        }
