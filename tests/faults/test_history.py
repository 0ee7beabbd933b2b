"""The checker finds what it is there to find: each kind of violation, planted one by one."""

import json
import sqlite3
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bot import schema
from bot.conversation import events as e
from bot.conversation.events import Event
from bot.storage.engine import sqlite_engine
from tests.faults import truth
from tests.faults.history import History, Line, check, check_truth, load
from tests.faults.sound import CITED, answered, fill, written
from tests.faults.truth import Decided, Truth

Plant = Callable[[Truth, list[Line], str], object]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth, list[Line], str]:
    """A database file with a sound conversation, and a sound history of it."""
    path = tmp_path_factory.mktemp("history") / "handrail.db"
    schema.migrate(path)
    engine = sqlite_engine(path, writer=True)
    with engine.begin() as tx:
        name, agent = fill(tx)
    engine.dispose()
    found = truth.read(path)
    return path, found, written(found, name, agent).lines, name


def test_a_sound_history_has_no_breach(sound: tuple[Path, Truth, list[Line], str]) -> None:
    path, _, lines, _ = sound
    history = History(lines=lines)
    assert check(path, history) == []


def _replace(found: Truth, name: str, at: int, **values: Any) -> None:
    event = found.logs[name][at - 1]
    fields = {key: getattr(event, key) for key in Event.__slots__} | values
    found.logs[name][at - 1] = Event(**fields)


def _data(found: Truth, name: str, position: int, **values: Any) -> None:
    data = found.logs[name][position - 1].data | values
    _replace(found, name, position, data=data)


def _first(lines: list[Line], kind: str, who: str = "", number: int = 0) -> dict[str, Any]:
    found = [
        line["frame"] for line in lines
        if line.get("frame", {}).get("type") == kind and line["who"].startswith(who)
    ]  # fmt: skip
    frame: dict[str, Any] = found[number]
    return frame


def _lose_acked(found: Truth, lines: list[Line], name: str) -> None:
    del lines, found.logs[name][1]


def _change_acked(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _data(found, name, 2, text="something else")


def _leave_a_gap(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _replace(found, name, 8, position=9)


def _store_twice(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _replace(found, name, 4, client_id="c1")


def _tell_two_positions(found: Truth, lines: list[Line], name: str) -> None:
    del found
    again = History(lines=lines).recorder("customer")
    again.link = 2
    again.sent({"type": "say", "id": "c1", "text": "q"})
    again.got({"type": "ack", "id": "c1", "conversation": name, "position": 4})


def _store_in_two_conversations(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    found.logs["other"] = [deepcopy(found.logs[name][1])]
    _replace(found, "other", 1, conversation_id="other", position=1)
    found.states["other"] = found.states[name]


def _skip_an_event(found: Truth, lines: list[Line], name: str) -> None:
    del found, name
    del _first(lines, "events", "customer", 1)["items"][0]


def _send_an_event_again(found: Truth, lines: list[Line], name: str) -> None:
    del found, name
    items = _first(lines, "events", "Aina")["items"]
    items.insert(3, items[2])


def _merge_two_logs(found: Truth, lines: list[Line], name: str) -> None:
    del found, name
    _first(lines, "welcome", "customer")["log"] = "an older one"


def _show_another_order(found: Truth, lines: list[Line], name: str) -> None:
    del found, name
    items = _first(lines, "events", "Aina")["items"]
    items[1], items[3] = (
        items[1] | {"data": items[3]["data"]},
        items[3] | {"data": items[1]["data"]},
    )


def _forget_what_was_told(found: Truth, lines: list[Line], name: str) -> None:
    del found
    shown = _first(lines, "welcome", "customer", 1)["conversation"]
    shown |= {"id": name, "head": 1}


def _two_owners(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _replace(found, name, 7, kind=e.AGENT_JOINED, sender="agent:other")


def _speak_for_another(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _replace(found, name, 7, sender="agent:other")


def _answer_a_group_past_the_owner(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _replace(found, name, 8, kind=e.GROUP_SAID)


def _carry_an_old_epoch(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _replace(found, name, 7, epoch=1)


def _keep_the_queue_apart(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    found.queue[name] = None


def _promise_a_claim(found: Truth, lines: list[Line], name: str) -> None:
    del found, name
    _first(lines, "ok")["position"] = 5


def _talk_over(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _replace(found, name, 7, kind=e.BOT_ANSWERED, sender=e.BOT, data=answered([]).data)


def _forget_an_outcome(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    found.outcomes[name][4] = Decided(None, None)


def _expect_nothing(found: Truth, lines: list[Line], name: str) -> None:
    del lines, found.outcomes[name][4]


def _answer_twice(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _data(found, name, 5, answers=[2, 4])


def _answer_nothing(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _data(found, name, 3, answers=[])


def _decide_by_another(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    found.outcomes[name][4] = Decided("answered", 3)


def _answer_unread(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _replace(found, name, 3, staff={"generation": "1", "query": "where is my bus"})


def _store_what_was_refused(found: Truth, lines: list[Line], name: str) -> None:
    del found, name
    customer = History(lines=lines).recorder("customer")
    customer.link = 2
    customer.sent({"type": "say", "id": "c2", "text": "a person"})
    customer.got({"type": "error", "id": "c2", "code": "rate_limited"})


def _drift(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    found.states[name] = truth.State(
        **{key: getattr(found.states[name], key) for key in truth.State.__slots__}
        | {"language": "ms"}
    )


def _show_a_wrong_snapshot(found: Truth, lines: list[Line], name: str) -> None:
    del found, name
    _first(lines, "dossier")["holder"] = "queue"


def _mix_generations(found: Truth, lines: list[Line], name: str) -> None:
    del lines
    _data(found, name, 3, citations=[CITED, {"passage": "g2-p1"}])


def _show_another_customers(found: Truth, lines: list[Line], name: str) -> None:
    del name
    for line in lines:
        if line.get("frame", {}).get("type") == "welcome" and "visitor" in line["frame"]:
            line["frame"]["visitor"] = "somebody else"
    del found


def _show_a_note(found: Truth, lines: list[Line], name: str) -> None:
    _first(lines, "events", "customer", 1)["items"][4] = e.for_agent(found.logs[name][7])


def _take_one_for_another(found: Truth, lines: list[Line], name: str) -> None:
    del found, name
    again = _first(lines, "welcome", "customer", 1)
    again |= {"visitor": "somebody else", "conversation": None}


@pytest.mark.parametrize(
    ("plant", "invariant"),
    [
        (_lose_acked, "I1"),
        (_change_acked, "I1"),
        (_leave_a_gap, "I2"),
        (_store_twice, "I3"),
        (_tell_two_positions, "I3"),
        (_store_in_two_conversations, "I3"),
        (_skip_an_event, "I4"),
        (_send_an_event_again, "I4"),
        (_merge_two_logs, "I4"),
        (_show_another_order, "I5"),
        (_forget_what_was_told, "I6"),
        (_two_owners, "I7"),
        (_speak_for_another, "I7"),
        (_answer_a_group_past_the_owner, "I7"),
        (_carry_an_old_epoch, "I7"),
        (_keep_the_queue_apart, "I7"),
        (_promise_a_claim, "I7"),
        (_talk_over, "I8"),
        (_forget_an_outcome, "I9"),
        (_expect_nothing, "I9"),
        (_answer_twice, "I9"),
        (_answer_nothing, "I9"),
        (_decide_by_another, "I9"),
        (_answer_unread, "I9"),
        (_store_what_was_refused, "I9"),
        (_drift, "I10"),
        (_show_a_wrong_snapshot, "I10"),
        (_mix_generations, "I11"),
        (_show_another_customers, "I12"),
        (_show_a_note, "I12"),
        (_take_one_for_another, "I12"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else value,
)
def test_a_planted_breach_is_found_and_named(
    sound: tuple[Path, Truth, list[Line], str], plant: Plant, invariant: str
) -> None:
    _, found, lines, name = deepcopy(sound)
    plant(found, lines, name)
    breaches = check_truth(found, lines)
    assert invariant in {one.invariant for one in breaches}, breaches
    proven = [one for one in breaches if one.invariant == invariant]
    assert all(str(one).startswith(f"{invariant}: ") for one in proven)


@pytest.mark.parametrize(
    ("plant", "invariant"),
    [(_skip_an_event, "I4"), (_show_another_order, "I5"), (_forget_what_was_told, "I6"),
     (_promise_a_claim, "I7"), (_mix_generations, "I11"), (_show_a_note, "I12")],
)  # fmt: skip
def test_a_breach_shows_the_lines_that_prove_it(
    sound: tuple[Path, Truth, list[Line], str], plant: Plant, invariant: str
) -> None:
    _, found, lines, name = deepcopy(sound)
    plant(found, lines, name)
    first = next(one for one in check_truth(found, lines) if one.invariant == invariant)
    assert first.shown_by
    assert all(proof in lines or "kind" in proof for proof in first.shown_by)


def test_an_open_message_is_a_breach_only_once_nobody_waits_any_more(
    sound: tuple[Path, Truth, list[Line], str],
) -> None:
    _, found, lines, name = deepcopy(sound)
    del found.logs[name][4:]
    found.outcomes[name][4] = Decided(None, None)
    found.queue.clear()

    def unanswered(*, finished: bool) -> set[str]:
        return {
            b.what for b in check_truth(found, lines, finished=finished) if "no outcome" in str(b)
        }

    assert unanswered(finished=False) == set()
    assert unanswered(finished=True) == {f"{name}:4 has no outcome"}


def test_lines_written_to_files_read_back_in_their_order(tmp_path: Path) -> None:
    ticks = iter(range(100))
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    first = History(one, monotonic=lambda: float(next(ticks)))
    second = History(other, monotonic=lambda: float(next(ticks)))
    for number, history in enumerate((first, second, first)):
        history.recorder("customer").sent({"type": "ping", "n": number})
    first.close()
    second.close()
    assert [line["frame"]["n"] for line in load(one, other)] == [0, 1, 2]
    assert json.loads(one.read_text("utf-8").splitlines()[0]) == first.lines[0]


def test_the_checker_reads_a_file_that_a_server_is_using(
    sound: tuple[Path, Truth, list[Line], str],
) -> None:
    path, found, _, _ = sound
    with sqlite3.connect(path) as other:
        other.execute("BEGIN IMMEDIATE")
        assert truth.read(path) == found
        other.rollback()
    other.close()
