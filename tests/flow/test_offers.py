"""What the bot offers beside its words: a person now, a place in the queue, or an answer later."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation import handling, log
from bot.conversation.events import NewEvent
from bot.live.queue_feed import Snapshot
from tests.product import Product

UNKNOWN = "who won the football match"
AGENT = {"id": "a1", "name": "Aina"}


async def test_the_offer_knows_who_is_there(product: Product) -> None:
    async with product.customer() as first, product.customer() as second:
        alone = (await first.ask(UNKNOWN))["data"]
        assert alone["offer_person"]
        assert alone["person"]["kind"] == "message"
        assert "Nobody from our team is here" in alone["text"]
        async with product.agent("Aina") as aina:
            await aina.act("presence", status="online", capacity=1)
            free = (await second.ask(UNKNOWN))["data"]
            assert (free["person"]["kind"], free["person"]["place"]) == ("now", 1)
            await first.ask("I want to talk to a person")
            async with product.customer() as third:
                busy = (await third.ask(UNKNOWN))["data"]
            assert (busy["person"]["kind"], busy["person"]["place"]) == ("queue", 2)
            assert "number 2 in line" in busy["text"]
            async with product.customer() as fourth:
                sure = (await fourth.ask("how do I get a receipt for my payment?"))["data"]
            assert (sure["decision"], sure["offer_person"]) == ("answer", False)
            assert sure["person"] is None


async def test_handling_times_are_those_of_what_agents_ended(product: Product) -> None:
    start = datetime(2026, 11, 18, 9, tzinfo=UTC)
    joined = NewEvent(e.AGENT_JOINED, "agent:a1", {"agent": AGENT})
    resolved = {"by": AGENT, "reason": "resolved"}

    def past(tx: Tx) -> list[float]:
        for number, (sender, minutes) in enumerate(
            [("agent:a1", 4), ("system", 9), ("agent:a1", 6)]
        ):
            state = log.start(
                tx, visitor_id=f"h{number}", channel="widget", locale="en", page=None, now=start
            )
            state = log.append(tx, state, [joined], now=start + timedelta(minutes=1))
            ended = NewEvent(e.RESOLVED, sender, resolved)
            at = start + timedelta(minutes=1 + minutes)
            log.append(tx, state, [ended], now=at)
        return handling.recent(tx)

    assert await product.parts.database.write(past) == [360.0, 240.0]


def test_the_wait_is_said_in_minutes() -> None:
    """What is assumed is set in minutes, what was measured is kept in seconds."""
    assumed = Snapshot(places={"c": 3}, total=3, staffed=1)
    shown = assumed.place("c", 10.0)
    assert shown is not None
    assert shown["minutes"] == [10, 60]
    measured = Snapshot(places={"c": 3}, total=3, staffed=1, recent=[600.0] * 8)
    shown = measured.place("c", None)
    assert shown is not None
    assert shown["minutes"] == [20, 30]
