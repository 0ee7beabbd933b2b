"""The facts and the words of a review: what happened, and nothing that anybody guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy import insert

from bot import company as companies
from bot import setup
from bot.company import LANGUAGES, Company
from bot.incident_review import page as pages
from bot.incident_review.blocks import Blank, Heading, Plot
from bot.incident_review.facts import Review, gather
from bot.incident_review.markdown import escaped, markdown
from bot.incident_review.page import Reader, blocks
from retrieval.incidents import staff_notes
from retrieval.tables import incident_proposals
from tests.bot.incident_day import (
    Day,
    answered,
    at,
    called,
    joined,
    said,
    told,
    with_incident,
)


@pytest.fixture(scope="module")
def company() -> Company:
    """The sample company."""
    return companies.load(setup.data_folder())


async def review(day: Day, company: Company, minutes: float, name: str = "cards") -> Review:
    """The facts as of a minute of the day."""
    return await day.database.read(lambda tx: gather(tx, name, company, at(minutes)))


async def a_bad_morning(day: Day, *, over: bool = True) -> dict[str, str]:
    """One incident from the first complaint to its end, reopened once."""
    first = await day.conversation(
        (0, said("card declined again")),
        (0, answered("unsure", query="card declined again")),
    )
    proposal = {
        "id": "p", "component": "payments", "also": [], "origin": "sensor", "state": "declared",
        "opened_at": at(8), "seen_at": at(9), "evidence": {"minutes": 5}, "examples": [[first, 2]],
        "notes": [{"by": "Wei Ling", "at": at(9).isoformat(), "text": "Three calls"}],
        "decided_by": "Admin", "decided_at": at(10), "incident_id": "cards",
    }  # fmt: skip
    await day.write(lambda tx: tx.execute(insert(incident_proposals).values(proposal)))
    await day.declare(10)
    await day.write(
        lambda tx: staff_notes.add(
            tx, "cards", kind="finding", author="Siti", text="A timeout at the bank", now=at(15)
        )
    )
    asked = await day.conversation(
        (12, said("card?")), (12, with_incident()), (30, told()),
        (31, said("Can I pay at a kiosk?")),
        (31, answered("unsure", to=5, query="Can I pay at a kiosk?")),
        (32, said("answer me")), (32, called("frustrated", to=7)), (40, joined()),
    )  # fmt: skip
    await day.conversation(
        (33, said("CAN I PAY at a  kiosk?")),
        (33, answered("unsure", query="CAN I PAY at a  kiosk?")),
    )
    await day.conversation(
        (34, said("pay by card at a kiosk?")),
        (34, answered("clarify", query="Does my payment work at a kiosk?")),
    )
    await day.update(30, "resolved", "Over.")
    await day.update(50, "investigating", "Again.")
    if over:
        await day.update(70, "resolved", "Over, really.")
    return {"first": first, "asked": asked}


async def test_the_timeline_holds_feed_staff_and_conversations(day: Day, company: Company) -> None:
    known = await a_bad_morning(day)
    found = await review(day, company, 200)
    lines = [(int((one.at - at(0)).total_seconds() // 60), one.kind) for one in found.timeline]
    assert lines == [
        (0, "first_report"), (8, "proposed"), (9, "staff_report"), (10, "declared"),
        (10, "update"), (12, "first_told"), (15, "note"), (30, "update"), (32, "first_call"),
        (50, "reopened"), (70, "update"),
    ]  # fmt: skip
    linked = {one.kind: one.conversation for one in found.timeline if one.conversation}
    assert linked == {
        "first_report": known["first"], "first_told": known["asked"], "first_call": known["asked"],
    }  # fmt: skip
    assert [one.conversation for one in found.handed_over] == [known["asked"]]


async def test_what_no_article_covered_is_grouped_and_of_this_incident(
    day: Day, company: Company
) -> None:
    known = await a_bad_morning(day)
    await day.conversation(
        (35, said("Where is the lounge?")), (35, answered("unsure", query="Where is the lounge?"))
    )
    await day.conversation(
        (35, said("My payment failed")), (35, answered("answer", query="My payment failed"))
    )
    found = await review(day, company, 200)
    gaps = {one.text: (one.asked, list(one.conversations)) for one in found.gaps}
    assert set(gaps) == {
        "card declined again", "Can I pay at a kiosk?", "Does my payment work at a kiosk?",
    }  # fmt: skip
    count, talks = gaps["Can I pay at a kiosk?"]
    assert (count, talks[0]) == (2, known["asked"])
    assert ("payments", "en") in found.no_article, "nothing is published in an empty database"
    assert found.no_text == ("zh-Hans", "zh-Hant", "ms")


async def test_two_incidents_at_once_have_a_review_each(day: Day, company: Company) -> None:
    await a_bad_morning(day)
    await day.declare(20, "labels", ("tickets-checkin",))
    other = await day.conversation(
        (36, said("QR?")), (36, with_incident("labels")), (37, called("stuck", incident="labels"))
    )
    cards, labels = await review(day, company, 200), await review(day, company, 200, "labels")
    assert other not in {one.conversation for one in cards.handed_over}
    assert [one.conversation for one in labels.handed_over] == [other]
    assert {one.kind for one in labels.timeline} >= {"declared", "first_told", "first_call"}
    assert "A timeout at the bank" not in markdown(blocks(labels, Reader("en", company)))


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_every_language_says_all_of_it(day: Day, company: Company, locale: str) -> None:
    await a_bad_morning(day, over=False)
    found = await review(day, company, 60)
    reader = Reader(locale, company, "https://help.example.com/")
    made = list(blocks(found, reader))
    text = markdown(made)
    words = pages.words_in(locale)
    for name in words["sections"].values():
        assert f"## {escaped(name)}\n" in text
    assert "A timeout at the bank" in text
    assert escaped("Can I pay at a kiosk?") in text
    assert f"https://help.example.com/console#{found.handed_over[0].conversation}" in text
    assert escaped(words["ongoing"]) in text, "at minute 60 it is open again"
    assert len([one for one in made if isinstance(one, Plot)]) == 3
    if locale != "en":
        english = pages.words_in("en")
        headings = {one.text for one in made if isinstance(one, Heading)}
        assert not headings & set(english["sections"].values())


async def test_cause_and_actions_are_left_to_people(day: Day, company: Company) -> None:
    await a_bad_morning(day)
    made = list(blocks(await review(day, company, 200), Reader("en", company)))
    tail = made[-4:]
    assert [type(one) for one in tail] == [Heading, Blank, Heading, Blank]
    assert [one.text for one in tail if isinstance(one, Heading)] == ["Cause", "Actions"]


async def test_an_incident_that_nobody_met_has_a_review_too(day: Day, company: Company) -> None:
    await day.declare(0)
    text = markdown(blocks(await review(day, company, 30), Reader("en", company)))
    assert escaped("No conversation was affected.") in text
    assert "| Conversations affected | 0 |" in text


def test_every_language_has_the_same_words() -> None:
    path = Path(pages.__file__).with_name("words.yaml")
    spoken = yaml.safe_load(path.read_text("utf-8"))

    def shape(words: object) -> object:
        if isinstance(words, dict):
            return {key: shape(value) for key, value in words.items()}
        return sorted(re.findall(r"{\w+}", str(words)))

    assert set(spoken) == set(LANGUAGES)
    for locale in LANGUAGES:
        assert shape(spoken[locale]) == shape(spoken["en"]), locale
