"""The figures and the questions without an answer, from conversations made by hand."""

from dataclasses import replace
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


def replied(text: str) -> NewEvent:
    """What a person wrote to the customer."""
    return NewEvent(e.AGENT_SAID, "agent:a", {"text": text, "agent": AGENT})


JOINED = NewEvent(e.AGENT_JOINED, "agent:a", {"agent": AGENT})
RESOLVED = NewEvent(e.RESOLVED, "agent:a", {"by": AGENT, "reason": "resolved"})
RATED = NewEvent(e.RATED, e.CUSTOMER, {"score": 4, "comment": ""})


async def conversation(product: Product, at: datetime, *steps: tuple[int, NewEvent]) -> str:
    """A conversation whose events came so many minutes after its start."""

    def work(tx: Any) -> str:
        visitor = log.new_id()
        state = log.start(tx, visitor_id=visitor, channel="widget", locale="en", page=None, now=at)
        for minutes, event in steps:
            state = log.append(tx, state, [event], now=at + timedelta(minutes=minutes))
        return state.id

    return await product.parts.database.write(work)


def stopped_at_half_past_twelve(product: Product) -> datetime:
    """Stop the clock at the last half past twelve in Kuala Lumpur, which is UTC+8.

    The last, never the next: a session lasts an hour, and tests run at every hour of the day.
    """
    real = product.clock()
    noon = real.replace(hour=4, minute=30)
    now = noon if noon <= real else noon - timedelta(days=1)
    product.clock.stop(now)
    return now


async def three(product: Product, now: datetime) -> None:
    """Write an answered one, a handed over one whose agent came, and one who waits still."""
    hour = timedelta(hours=1)
    await conversation(product, now - hour, (0, said("a")), (1, answered("a")))
    await conversation(
        product,
        now - 30 * hour,
        (0, said("b")),
        (0, answered("b", "unsure", "ms")),
        (1, called("stuck")),
        (5, JOINED),
        (6, called("rule")),
        (9, RESOLVED),
        (9, RATED),
    )
    await conversation(
        product, now - hour, (0, said("c")), (3, answered("c")), (4, called("asked_for_person"))
    )


async def test_figures_count_what_happened(product: Product, admin: httpx.AsyncClient) -> None:
    now = stopped_at_half_past_twelve(product)
    await three(product, now)
    await conversation(product, now - timedelta(days=60), (0, said("d")), (0, called("stuck")))
    figures = (await admin.get("/api/admin/figures")).json()
    assert (figures["zone"], figures["behind"]) == ("Asia/Kuala_Lumpur", 0)
    assert figures["until"] == now.date().isoformat()
    assert figures["total"] == {
        "conversations": 3, "answered": 1, "confirmed": 0, "came_back": 0, "handed_over": 2,
        "resolved": 1,
    }  # fmt: skip
    assert figures["handed_over"] == {"stuck": 1, "asked_for_person": 1}
    assert figures["ended"] == {"unsaid": 1}
    assert figures["rated"] == {"avg": 4.0, "n": 1, "by_score": {"4": 1}}
    assert figures["wait_minutes"] == {"n": 1, "p50": 4.0, "p95": 4.0}
    assert figures["still_waiting"] == 1
    assert figures["first_answer_minutes"] == {"n": 3, "p50": 1.0, "p95": 3.0}
    languages = {code: one["conversations"] for code, one in figures["by_language"].items()}
    assert languages == {"en": 3}
    assert len(figures["by_day"]) == 30
    assert sum(day["conversations"] for day in figures["by_day"]) == 3
    assert figures["by_day"][-1]["handed_over"] == figures["by_day"][-1]["answered"] == 1
    by_hour = [one["conversations"] for one in figures["by_hour"]]
    assert (len(by_hour), by_hour[11], by_hour[6]) == (24, 2, 1)


async def test_waits_ratings_and_reasons_are_told_by_language_and_hour(
    product: Product, admin: httpx.AsyncClient
) -> None:
    await three(product, stopped_at_half_past_twelve(product))
    figures = (await admin.get("/api/admin/figures")).json()
    pace = figures["pace_by_language"]["en"]
    assert pace == {name: figures[name] for name in pace if name != "rated"} | {
        "rated": {"avg": 4.0, "n": 1}
    }
    paces = figures["pace_by_hour"]
    assert (len(paces), paces[11]["first_answer_minutes"]["n"]) == (24, 2)
    assert (paces[6]["rated"], paces[6]["handed_over"]) == ({"avg": 4.0, "n": 1}, {"stuck": 1})
    assert paces[0]["wait_minutes"] == {"n": 0, "p50": None, "p95": None}


async def test_conversations_are_told_by_how_they_ended_last(
    product: Product, admin: httpx.AsyncClient
) -> None:
    before = stopped_at_half_past_twelve(product) - timedelta(hours=1)
    solved = replace(RESOLVED, staff={"why": "solved", "note": "done"})
    idle = NewEvent(e.RESOLVED, e.SYSTEM, {"by": None, "reason": "idle"})
    reopened = NewEvent(e.REOPENED, e.CUSTOMER, {})
    await conversation(product, before, (0, said("e")), (2, idle), (3, reopened), (4, solved))
    await conversation(product, before, (0, said("f")), (2, idle))
    await conversation(product, before, (0, said("g")), (2, solved), (3, reopened))
    ended = (await admin.get("/api/admin/figures")).json()["ended"]
    assert ended == {"idle": 1, "solved": 1}


async def test_a_period_and_a_language_are_chosen(
    product: Product, admin: httpx.AsyncClient
) -> None:
    now = stopped_at_half_past_twelve(product)
    await conversation(product, now, (0, said("a")), (0, answered("a", language="ms")))
    await conversation(product, now - timedelta(days=5), (0, said("b")), (0, answered("b")))
    day = (now - timedelta(days=5)).date().isoformat()

    async def asked(**params: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await admin.get("/api/admin/figures", params=params)).json()
        return found

    assert (await asked())["total"]["conversations"] == 2
    assert (await asked(language="ms"))["total"]["answered"] == 1
    assert (await asked(days=2))["total"]["conversations"] == 1
    one = await asked(since=day, until=day)
    assert (one["total"]["conversations"], len(one["by_day"])) == (1, 1)
    for wrong in ({"since": day, "until": "2020-01-01"}, {"since": "2020-01-01", "until": day}):
        assert (await asked(**wrong))["error"]["code"] == "wrong_period"


async def test_a_conversation_that_goes_on_is_counted_anew(
    product: Product, admin: httpx.AsyncClient
) -> None:
    now = product.clock()
    known = await conversation(product, now, (0, said("a")), (0, answered("a")))

    async def total() -> tuple[int, int, int]:
        found = (await admin.get("/api/admin/figures")).json()["total"]
        return found["answered"], found["confirmed"], found["handed_over"]

    assert await total() == (1, 0, 0)
    for event, expected in ((said("thanks!"), (1, 1, 0)), (called("stuck"), (0, 0, 1))):

        def work(tx: Any, event: NewEvent = event) -> None:
            log.append(tx, log.load(tx, known), [event], now=now)

        await product.parts.database.write(work)
        assert await total() == expected


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
    assert [(one["text"], one["languages"], one["count"]) for one in groups] == [
        ("可以帶貓嗎", {"zh-Hans": 2}, 2),
        ("Can I bring a CAT", {"en": 2}, 2),
    ]
    assert len(groups[0]["conversations"]) == 2
    assert groups[0]["replies"] == []


async def test_what_a_person_answered_there_is_offered_to_begin_an_article_with(
    product: Product, admin: httpx.AsyncClient
) -> None:
    now = product.clock()
    asked = (0, said("do you take parrots")), (0, answered("do you take parrots", "unsure"))
    note = NewEvent(e.NOTE_WRITTEN, "agent:a", {"text": "ask the boss", "agent": AGENT})
    person = (2, JOINED), (3, note), (4, replied("Yes, in a cage."))
    known = await conversation(product, now - timedelta(hours=1), *asked, *person)
    await conversation(product, now - timedelta(hours=2), *asked, (4, replied("Only small ones.")))
    group = (await admin.get("/api/admin/unanswered")).json()[0]
    assert [one["text"] for one in group["replies"]] == ["Yes, in a cage.", "Only small ones."]
    assert (group["replies"][0]["name"], group["replies"][0]["conversation"]) == ("Aina", known)


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
