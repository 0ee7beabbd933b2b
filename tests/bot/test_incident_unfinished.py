"""What customers could not finish: those asked from a page of ours, and what was finished later."""

from sqlalchemy import update

from bot.conversation import events as e
from bot.conversation.events import NewEvent
from bot.conversation.tables import conversations
from bot.incident_touched import touched
from bot.incident_unfinished import Unfinished, unfinished
from tests.bot.incident_day import Day, said, with_incident

SHOP, BOOKING = "https://shop.example.com", "https://shop.example.com/book?ferry=7"


def on(page: str) -> NewEvent:
    """A question from this page."""
    return NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": "card?", "client_id": "1", "page": page})


def completed(page: str | None = None) -> NewEvent:
    """The page says that the customer has finished."""
    return NewEvent(e.TASK_COMPLETED, e.CUSTOMER, {"page": page})


async def _counted(day: Day) -> Unfinished:
    found: Unfinished = await day.write(lambda tx: unfinished(tx, touched(tx, "cards")))
    return found


async def test_what_was_interrupted_and_finished_is_counted_once_each(day: Day) -> None:
    await day.declare(0)
    await day.conversation((1, on(BOOKING)), (2, with_incident()), (50, completed()))
    await day.conversation(
        (1, on(BOOKING)), (2, with_incident()), (50, completed(BOOKING)), (60, completed())
    )
    await day.conversation((1, on(BOOKING)), (2, with_incident()))
    await day.conversation((1, said("card?")), (2, with_incident()), (50, completed()))
    await day.conversation((1, on("javascript:alert(1)")), (2, with_incident()))
    await day.conversation((1, on(BOOKING)), (2, said("No card needed?")))
    assert await _counted(day) == Unfinished(reported=3, completed=2)


async def test_only_what_fits_the_question_counts_as_finished(day: Day) -> None:
    """Before it was asked, another page, and a page only visited later."""
    await day.declare(0)
    await day.conversation((1, completed()), (2, on(BOOKING)), (3, with_incident(to=3)))
    await day.conversation((1, on(BOOKING)), (2, with_incident()), (50, completed(SHOP)))
    await day.conversation(
        (1, on(BOOKING)), (2, with_incident()), (3, on(SHOP)), (50, completed(SHOP))
    )
    await day.update(60, "resolved", "Over.")
    await day.conversation((30, on(BOOKING)), (31, with_incident()), (60 * 26, completed()))
    assert await _counted(day) == Unfinished(reported=4, completed=0)


async def test_a_page_told_long_before_counts_by_the_last_one_known(day: Day) -> None:
    await day.declare(0)
    old = await day.conversation((1, said("card?")), (2, with_incident()), (50, completed()))
    page = update(conversations).where(conversations.c.id == old).values(page=BOOKING)
    await day.write(lambda tx: tx.execute(page))
    assert await _counted(day) == Unfinished(reported=1, completed=1)
