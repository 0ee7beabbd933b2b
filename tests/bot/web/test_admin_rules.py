"""Rules tried on past conversations before they are saved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.question import LEFT_ALONE, just_returned
from bot.web.dossier import dossier
from handoff import queue
from tests.product import Product

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
AGENT = {"id": "a1", "name": "Aina"}


def _said(text: str, page: str | None = None) -> NewEvent:
    data = {"text": text, "client_id": text} | ({"page": page} if page else {})
    return NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, data)


def _answered(position: int, incident: str | None = None) -> NewEvent:
    data = {
        "text": "Here.", "decision": "answer", "language": "en", "confidence": 0.9,
        "answers": [position], "incident": incident, "citations": [],
    }  # fmt: skip
    return NewEvent(e.BOT_ANSWERED, e.BOT, data)


def _called(position: int) -> NewEvent:
    data = {"reason": "stuck", "text": "Soon.", "language": "en", "answers": [position]}
    return NewEvent(e.PERSON_CALLED, e.SYSTEM, data | {"urgent": False})


def _talk(tx: Tx, number: int, *events: NewEvent) -> str:
    at = NOON + timedelta(minutes=number)
    state = log.start(
        tx, visitor_id=f"v{number}", channel="widget", locale="en", page="https://a.test/", now=at
    )
    return log.append(tx, state, events, now=at).id if events else state.id


def _rule(name: str, **when: Any) -> dict[str, Any]:
    return {"id": name, "name": name.title(), "when": when}


async def test_a_trial_tells_whom_rules_would_have_called_and_saves_nothing(
    product: Product, admin: httpx.AsyncClient
) -> None:
    def past(tx: Tx) -> list[str]:
        return [
            _talk(tx, 1, _said("my lawyer will write"), _answered(2)),
            _talk(tx, 2, _said("hello there"), _answered(2), _said("a Lawyer!"), _called(4)),
            _talk(tx, 3, _said("is the pool open", "https://a.test/pay"), _answered(2)),
            _talk(tx, 4, _said("where is my receipt"), _answered(2)),
            _talk(tx, 5),
        ]

    talks = await product.parts.database.write(past)
    stored = [_rule("pool", words={"en": ["pool"]}), _rule("law", words={"en": ["lawyer"]})]
    before = (await admin.put("/api/admin/rules", json=stored)).json()
    tried = [
        _rule("law", words={"en": ["lawyer"]}),
        _rule("till", pages=["/pay"], words={"en": ["discount"]}),
        _rule("slip", words={"en": ["receipt"]}, languages=["en"]),
    ]
    body = {"rules": tried, "conversations": 100, "locale": "ms"}
    found = (await admin.post("/api/admin/rules/trial", json=body)).json()
    counted = {key: found[key] for key in ("conversations", "handed_over", "stored", "tried")}
    assert counted == {"conversations": 4, "handed_over": 1, "stored": 3, "tried": 3}
    assert (found["new"], found["gone"], found["new_handed_over"]) == (1, 1, 0)
    assert found["by_rule"] == {"law": 2, "slip": 1}
    seen = [(one["conversation"], one["change"], one["handed_over"]) for one in found["examples"]]
    assert seen[:2] == [(talks[3], "new", False), (talks[2], "gone", False)]
    assert sorted(seen[2:]) == sorted([(talks[0], "kept", False), (talks[1], "kept", True)])
    assert found["examples"][0]["evidence"] == ["“receipt”", "ditulis dalam en"]
    law = next(one for one in found["examples"] if one["conversation"] == talks[1])
    assert (law["position"], law["text"]) == (4, "a Lawyer!")
    assert (await admin.get("/api/admin/rules")).json() == before
    newest = await admin.post("/api/admin/rules/trial", json=body | {"conversations": 2})
    assert newest.json()["conversations"] == 2
    assert newest.json()["by_rule"] == {"slip": 1}
    wrong = await admin.post("/api/admin/rules/trial", json={"rules": [_rule("none")]})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "bad_rule")


async def test_what_an_agent_left_to_the_bot_is_left_alone_for_two_answers(
    product: Product,
) -> None:
    returned = NewEvent(e.RETURNED, "agent:a1", {"agent": AGENT})

    def judged(needed: bool) -> NewEvent:
        data = {"position": 3, "needed": needed, "agent": AGENT}
        return NewEvent(e.HANDOVER_JUDGED, "agent:a1", data)

    def past(tx: Tx) -> list[bool]:
        answers = [_answered(2)] * LEFT_ALONE
        stories = [
            (_said("one"), _answered(2)),
            (_said("one"), returned),
            (_said("one"), returned, *answers[:-1]),
            (_said("one"), returned, *answers),
            (_said("one"), judged(needed=False), _answered(2)),
            (_said("one"), judged(needed=True), _answered(2)),
        ]
        ids = [_talk(tx, 10 + number, *story) for number, story in enumerate(stories)]
        return [just_returned(tx, one) for one in ids]

    found = await product.parts.database.write(past)
    assert found == [False, True, True, False, True, False]


async def test_a_rule_hands_to_its_team_and_is_tried_with_it(
    product: Product, admin: httpx.AsyncClient
) -> None:
    made = {"name": "Legal", "languages": [], "members": []}
    team = (await admin.post("/api/admin/teams", json=made)).json()["id"]
    law = _rule("law", words={"en": ["lawyer"]})
    to_team = law | {"then": {"team": team}}
    await admin.put("/api/admin/rules", json=[law])
    at_past = [_said("my lawyer will write"), _answered(2)]
    await product.parts.database.write(lambda tx: _talk(tx, 1, *at_past))
    tried = (await admin.post("/api/admin/rules/trial", json={"rules": [to_team]})).json()
    assert (tried["by_team"], tried["moved"], tried["new"]) == ({team: 1}, 1, 0)
    assert [one["team"] for one in tried["examples"]] == [team]

    gone = await admin.put("/api/admin/rules", json=[law | {"then": {"team": "none"}}])
    assert (gone.status_code, gone.json()["error"]["code"]) == (422, "bad_rule")
    assert "then.team" in gone.json()["error"]["message"]
    saved = (await admin.put("/api/admin/rules", json=[to_team])).json()
    assert saved[0]["then"]["team"] == team

    async with product.customer() as one:
        await one.ask("I will call my lawyer now")
        waiting = await product.parts.database.read(
            lambda tx: queue.get(tx, one.conversation or "")
        )
        assert waiting is not None
        assert (waiting.team, waiting.reason) == (team, "rule")
        known = await product.parts.database.read(
            lambda tx: dossier(tx, one.conversation or "", "en")
        )
        assert known["team"] == {"id": team, "name": "Legal"}
    await admin.delete(f"/api/admin/teams/{team}")  # the rule stays, and hands to anybody
    async with product.customer() as other:
        await other.ask("I will call my lawyer now")
        waiting = await product.parts.database.read(
            lambda tx: queue.get(tx, other.conversation or "")
        )
        assert waiting is not None
        assert waiting.team is None
