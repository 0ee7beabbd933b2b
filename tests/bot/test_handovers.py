"""Past conversations as the decision saw them, agents' verdicts, and the limit chosen by them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection as Tx
from typer.testing import CliRunner

from bot import schema
from bot.calling import Calling
from bot.cli import app
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.desk import Desk
from bot.errors import NotFound, SetupError
from bot.handovers import past
from bot.settings import load
from bot.storage.engine import Database
from handoff.agents import Agent
from handoff.errors import BadLimit, TooFewJudged
from handoff.settings import HandoffSettings
from tests.product import Product

RULES = HandoffSettings()
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
AGENT = {"id": "a1", "name": "Aina"}
AINA = Agent("a1", "Aina", "agent", ("en",), 4, NOW)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    schema.migrate(load(tmp_path).database_path)
    return tmp_path


@pytest.fixture
def database(bare: Path) -> Iterator[Database]:
    opened = Database(load(bare).database_path)
    yield opened
    opened.close()


def said(text: str) -> NewEvent:
    return NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": text, "client_id": text})


def answered(text: str, decision: str = "answer", confidence: float = 0.9, at: int = 2) -> NewEvent:
    data = {
        "text": text, "decision": decision, "language": "ms", "confidence": confidence,
        "answers": [at], "offer_person": decision == "unsure",
    }  # fmt: skip
    return NewEvent(e.BOT_ANSWERED, e.BOT, data)


def called(reason: str = "stuck") -> NewEvent:
    data = {"reason": reason, "text": "…", "language": "ms", "answers": [2], "urgent": False}
    return NewEvent(e.PERSON_CALLED, e.SYSTEM, data)


def agent(kind: str, **data: Any) -> NewEvent:
    return NewEvent(kind, e.agent_sender("a1"), data)


JOINED = agent(e.AGENT_JOINED, agent=AGENT)
WROTE = agent(e.AGENT_SAID, text="Saya semak sekarang.", client_id="1", agent=AGENT)
RESOLVED = agent(e.RESOLVED, by=AGENT, reason="resolved")


def rated(score: int) -> NewEvent:
    return NewEvent(e.RATED, e.CUSTOMER, {"score": score, "comment": ""})


def thumb(*, helpful: bool) -> NewEvent:
    return NewEvent(e.ANSWER_RATED, e.CUSTOMER, {"position": 3, "helpful": helpful, "comment": ""})


def judged(*, needed: bool, position: int = 3) -> NewEvent:
    return agent(e.HANDOVER_JUDGED, position=position, needed=needed, agent=AGENT)


def talk(tx: Tx, new: Sequence[NewEvent]) -> str:
    visitor = log.new_id()
    state = log.start(tx, visitor_id=visitor, channel="widget", locale="ms", page=None, now=NOW)
    return log.append(tx, state, new, now=NOW).id


@pytest.mark.parametrize(
    ("course", "needed"),
    [
        ([called(), JOINED, WROTE, RESOLVED], True),
        ([called(), JOINED, RESOLVED], False),
        ([called(), JOINED, agent(e.RETURNED, agent=AGENT)], False),
        ([called()], None),
        ([called(), NewEvent(e.RESOLVED, e.SYSTEM, {"by": None, "reason": "idle"})], None),
        ([called(), JOINED, WROTE, judged(needed=False)], False),
        ([called(), JOINED, RESOLVED, judged(needed=True)], True),
        ([called(), JOINED, judged(needed=True), judged(needed=False)], False),
        ([called(), JOINED, WROTE, judged(needed=False, position=9)], True),
        ([answered("…"), thumb(helpful=False)], True),
        ([answered("…"), thumb(helpful=True)], False),
        ([answered("…"), thumb(helpful=True), RESOLVED, rated(1)], True),
        ([answered("…"), thumb(helpful=False), RESOLVED, rated(5)], False),
        ([answered("…"), RESOLVED, rated(3)], None),
        ([answered("…")], None),
    ],
    ids=[
        "an agent wrote", "settled without a word", "given back without a word", "still waiting",
        "nobody came", "the verdict beats what was done", "so it does the other way",
        "the last verdict counts", "a verdict on another handover does not", "a thumb down",
        "a thumb up", "the rating beats the thumb", "also a good one", "a rating in between",
        "nothing is known",
    ],
)  # fmt: skip
def test_whether_a_person_was_needed(
    database: Database, course: list[NewEvent], needed: bool | None
) -> None:
    database.sync.write(lambda tx: talk(tx, [said("boleh tukar tarikh tak"), *course]))
    (known,) = database.sync.read(lambda tx: past(tx, RULES))
    assert known.past.needed is needed


def test_the_score_is_that_of_the_worst_turn_before_the_handover(database: Database) -> None:
    calm = [said("boleh tukar tarikh tak"), answered("Boleh.")]
    lost = answered("Maaf, saya tidak pasti tentang itu.", "unsure", 0.1)
    failed = [said("boleh tukar tarikh tak"), lost, said("tarikh feri, nak tukar"), lost]
    worse = [*failed, said("dua kali dah tanya, tak jawab pun, teruk betul")]
    after = [*calm, called(), JOINED, said("teruk betul, tak guna, nak manusia")]
    for one in (calm, worse, after):
        database.sync.write(lambda tx, new=one: talk(tx, new))
    known = database.sync.read(lambda tx: past(tx, RULES))
    scores = sorted(one.past.score for one in known)
    assert scores[0] == scores[1] < RULES.person_limit, "what came after the handover is not read"
    assert scores[2] >= RULES.person_limit


def test_how_little_search_found_counts(database: Database) -> None:
    for confidence in (0.45, 0.05):
        course = [said("ada kolam tak"), answered("…", "unsure", confidence)]
        database.sync.write(lambda tx, new=course: talk(tx, new))
    known = {
        one.conversation: one.past.score for one in database.sync.read(lambda t: past(t, RULES))
    }
    more, less = sorted(known.values(), reverse=True)
    assert more > less + 0.05


@pytest.mark.parametrize("reason", ["asked_for_person", "rule", "urgent", "failed"])
def test_a_reason_that_no_limit_changes_is_kept(database: Database, reason: str) -> None:
    database.sync.write(lambda tx: talk(tx, [said("hai"), called(reason)]))
    (known,) = database.sync.read(lambda tx: past(tx, RULES))
    assert known.past.plain


def test_files_without_words_are_no_turn(database: Database) -> None:
    """They neither hide a question that stands before them nor make a conversation to judge."""
    asked = [said("boleh tukar tarikh tak"), answered("Maaf, saya tidak pasti.", "unsure", 0.1)]
    files = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": "", "client_id": "f"})
    for course in ([files], asked, [*asked, files]):
        database.sync.write(lambda tx, new=course: talk(tx, new))
    known = database.sync.read(lambda tx: past(tx, RULES))
    assert len({one.past.score for one in known}) == 1
    assert len(known) == 2


def test_a_conversation_without_a_message_is_left_out(database: Database) -> None:
    database.sync.write(lambda tx: talk(tx, [JOINED]))
    assert database.sync.read(lambda tx: past(tx, RULES)) == []


async def test_a_verdict_is_kept_once_and_the_last_word_counts(database: Database) -> None:
    desk = Desk(database, lambda: NOW, timedelta(minutes=1))
    course = [said("hai"), called()]
    conversation = await database.write(lambda tx: talk(tx, course))
    first = await desk.judge(AINA, conversation, needed=True)
    again = await desk.judge(AINA, conversation, needed=True)
    other = await desk.judge(AINA, conversation, needed=False)
    assert (first.position, again.position, other.position) == (4, None, 5)
    (known,) = await database.read(lambda tx: past(tx, RULES))
    assert (known.verdict, known.past.needed) == (False, False)
    events = await database.read(lambda tx: log.read(tx, conversation))
    assert e.for_customer(events[-1])["kind"] == "private"
    assert e.for_customer(events[-1])["data"] == {}


async def test_where_nobody_was_called_nothing_is_judged(database: Database) -> None:
    desk = Desk(database, lambda: NOW, timedelta(minutes=1))
    conversation = await database.write(lambda tx: talk(tx, [said("hai"), answered("Hai.")]))
    with pytest.raises(NotFound, match="called nobody"):
        await desk.judge(AINA, conversation, needed=True)


def fill(database: Database, count: int) -> None:
    """So many conversations that needed a person, and as many that did not."""
    bad = [said("tak jawab pun, teruk betul, dah dua kali tanya"), called(), JOINED, WROTE]
    good = [said("boleh bawa payung tak"), answered("Boleh."), RESOLVED, rated(5)]
    for _ in range(count):
        database.sync.write(lambda tx: (talk(tx, bad), talk(tx, good)))


def run(*arguments: str) -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_curve_of_this_home_and_the_choice_by_it(bare: Path, database: Database) -> None:
    fill(database, 20)
    given = ("--own", "--words-only", "--home", str(bare))
    found = json.loads(run("eval", "handoff", *given, "--json"))
    assert (found["conversations"], found["needed"], found["not_needed"]) == (40, 20, 20)
    assert (found["limit"], found["by"], found["judged"]) == (RULES.person_limit, "setting", 0)
    assert found["curve"][0]["handed_over"] >= found["curve"][-1]["handed_over"]
    assert "spared" in run("eval", "handoff", *given)
    told = run("train", "handoff", *given, "--find", "0.9")
    limit = Calling(database.sync).limits(RULES).person_limit
    assert f"from {limit:g} on" in told
    point = next(one for one in found["curve"] if one["limit"] == limit)
    assert point["found"] >= 0.9
    assert point["spared"] == 1.0
    after = json.loads(run("eval", "handoff", *given, "--json"))
    assert (after["limit"], after["by"]) == (limit, "choice")
    assert "setting decides" in run("train", "handoff", *given, "--reset")
    assert Calling(database.sync).limits(RULES) is RULES
    run("train", "handoff", *given, "--limit", "0.65")
    assert Calling(database.sync).limits(RULES).person_limit == 0.65


def test_too_little_to_go_by_changes_nothing(bare: Path, database: Database) -> None:
    given = ["--own", "--words-only", "--home", str(bare)]
    runner = CliRunner()
    empty = runner.invoke(app, ["eval", "handoff", *given])
    assert isinstance(empty.exception, SetupError)
    fill(database, 2)
    few = runner.invoke(app, ["train", "handoff", *given])
    assert isinstance(few.exception, TooFewJudged)
    wrong = runner.invoke(app, ["train", "handoff", *given, "--limit", "1.5"])
    assert isinstance(wrong.exception, BadLimit)
    both = runner.invoke(app, ["eval", "handoff", *given, "--dialogues", "x.jsonl"])
    assert isinstance(both.exception, SetupError)
    neither = runner.invoke(app, ["train", "handoff", "--home", str(bare)])
    assert isinstance(neither.exception, SetupError)
    assert Calling(database.sync).limits(RULES) is RULES


async def test_an_agent_judges_over_rest_and_the_choice_holds_at_once(product: Product) -> None:
    async with product.customer() as customer, product.rest("Aina") as rest:
        await customer.ask("let me talk to someone")
        address = f"/api/console/conversations/{customer.conversation}/handover"
        done = await rest.post(address, json={"needed": True})
        assert (done.status_code, done.json()["needed"]) == (200, True)
        assert (await rest.post(address, json={"needed": "yes"})).status_code == 422
        nowhere = "/api/console/conversations/nothing/handover"
        assert (await rest.post(nowhere, json={"needed": True})).status_code == 404
        assert (await product.log_of(customer.conversation or ""))[-1].kind == e.HANDOVER_JUDGED
        calling = Calling(product.parts.database.sync)
        calling.choose(0.0, author="test", now=NOW)
        assert product.parts.responder.limits("en").person_limit == 0.0
        async with product.customer() as other:
            called_now = await other.ask("the payment went through twice")
        assert called_now["kind"] == "person.called"
