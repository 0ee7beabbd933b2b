"""Limits of handing over: tried on past conversations, then chosen for the next message."""

from typing import Any

import httpx
import pytest

from bot.calling import Calling
from bot.conversation import events as e
from bot.measured import KEY
from bot.storage import choices
from bot.storage.choices import Choice
from bot.web.admin.handover import MOST_FAILED
from tests.product import Product

PATH = "/api/admin/handover"
ANGRY, SAD, WISH, CALM = (
    "I paid twice and nobody helps me!!!",
    "I am so disappointed with the ferry",
    "I want to talk to a person",
    "how do I change the date of my booking",
)
AS_SET = {
    "asking_limit": 0.35, "urgency_limit": 0.4, "frustration_limit": 0.7, "person_limit": 0.4,
    "max_failed_answers": 2.0,
}  # fmt: skip


async def _said(product: Product, text: str) -> tuple[str, dict[str, Any]]:
    """The conversation, and the event with which the bot answered."""
    async with product.customer() as customer:
        await customer.ask(text)
        log = await product.log_of(customer.conversation or "")
        answer = next(one for one in log if one.kind in (e.BOT_ANSWERED, e.PERSON_CALLED))
        return answer.conversation_id, {"kind": answer.kind, **answer.data, **(answer.staff or {})}


async def _trial(admin: httpx.AsyncClient, **limits: float) -> dict[str, Any]:
    found = await admin.post(f"{PATH}/trial", json={"limits": limits})
    assert found.status_code == 200, found.text
    result: dict[str, Any] = found.json()
    return result


async def test_what_limits_would_mean_is_what_they_then_do(product: Product) -> None:
    angry, was_angry = await _said(product, ANGRY)
    sad, was_sad = await _said(product, SAD)
    await _said(product, WISH)
    calm, _ = await _said(product, CALM)
    assert (was_angry["kind"], was_angry["reason"]) == (e.PERSON_CALLED, "frustrated")
    assert was_sad["kind"] == e.BOT_ANSWERED
    async with product.rest() as admin, product.rest("Aina") as agent:
        address = f"/api/console/conversations/{angry}/handover"
        assert (await agent.post(address, json={"needed": False})).status_code == 200
        same = await _trial(admin)
        assert (same["conversations"], same["handed_over"], same["left_out"]) == (4, 2, 0)
        assert same["in_force"] == same["tried"]
        assert same["tried"]["by_reason"] == {"frustrated": 1, "asked_for_person": 1}
        assert (same["not_needed"], same["tried"]["not_needed"]) == (1, 1)
        assert {one["change"] for one in same["examples"]} == {"kept"}

        patient = was_angry[KEY]["frustration"] + 0.01
        less = await _trial(admin, frustration_limit=patient, person_limit=1)
        assert (less["new"], less["gone"], less["tried"]["not_needed"]) == (0, 1, 0)
        assert less["tried"]["by_reason"] == {"asked_for_person": 1}
        first = less["examples"][0]
        assert (first["conversation"], first["text"], first["needed"]) == (angry, ANGRY, "no")

        alert = was_sad[KEY]["frustration"]
        more = await _trial(admin, frustration_limit=alert)
        assert (more["new"], more["gone"]) == (1, 0)
        first = more["examples"][0]
        assert (first["conversation"], first["reason"]) == (sad, "frustrated")
        assert calm not in {one["conversation"] for one in more["examples"]}

        saved = await admin.put(PATH, json={"frustration_limit": alert, "base": None})
        assert saved.status_code == 200, saved.text
        _, again = await _said(product, SAD)
        assert (again["kind"], again["reason"]) == (e.PERSON_CALLED, "frustrated")
        base = saved.json()["changed_at"]
        less = {"frustration_limit": patient, "person_limit": 1, "base": base}
        assert (await admin.put(PATH, json=less)).status_code == 200
        _, again = await _said(product, ANGRY)
        assert again["kind"] == e.BOT_ANSWERED


async def test_who_asks_plainly_gets_a_person_whatever_the_limits(product: Product) -> None:
    most = dict.fromkeys(AS_SET, 1) | {"max_failed_answers": MOST_FAILED}
    async with product.rest() as admin:
        assert (await admin.put(PATH, json=most)).status_code == 200
    for text in (WISH, "转人工", "我要找真人客服", "nak cakap dengan pegawai"):
        _, answer = await _said(product, text)
        assert (answer["kind"], answer["reason"]) == (e.PERSON_CALLED, "asked_for_person"), text
    async with product.customer() as customer:
        await customer.ask(CALM)
        assert (await customer.person())["type"] == "ack"
        assert (await customer.event(e.PERSON_CALLED))["data"]["reason"] == "asked_for_person"


async def test_limits_are_chosen_once_and_by_one(product: Product) -> None:
    async with product.rest() as admin:
        before = (await admin.get(PATH)).json()
        assert {one["name"]: one["value"] for one in before["limits"]} == AS_SET
        assert (before["author"], before["changed_at"]) == (None, None)
        chosen = {"urgency_limit": 0.6, "max_failed_answers": 3, "asking_limit": 0.35}
        saved = (await admin.put(PATH, json=chosen | {"base": None})).json()
        now = {one["name"]: one["value"] for one in saved["limits"]}
        assert now == AS_SET | {"urgency_limit": 0.6, "max_failed_answers": 3.0}
        assert {one["name"]: one["setting"] for one in saved["limits"]} == AS_SET
        assert saved["author"] == "Admin"

        late = await admin.put(PATH, json={"urgency_limit": 0.9, "base": None})
        assert (late.status_code, late.json()["error"]["code"]) == (409, "version_conflict")
        assert "Admin" in late.json()["error"]["message"]
        assert (await admin.get(PATH)).json() == saved
        base = {"base": saved["changed_at"]}
        again = (await admin.put(PATH, json=base)).json()
        assert {one["name"]: one["value"] for one in again["limits"]} == AS_SET
        assert product.parts.responder.limits("en") == product.parts.settings.handoff
        await _trial(admin, person_limit=0.2)
        everything = (await admin.get("/api/admin/audit")).json()["lines"]
        assert "admin.request" not in [one["action"] for one in everything], "a trial changes none"
        trail = (await admin.get("/api/admin/audit", params={"action": "calling"})).json()["lines"]
        told = [(one["before"], one["after"]) for one in trail]
        assert told == [
            ({"urgency_limit": 0.6, "max_failed_answers": 3},
             {"urgency_limit": 0.4, "max_failed_answers": 2}),
            ({"urgency_limit": 0.4, "max_failed_answers": 2},
             {"urgency_limit": 0.6, "max_failed_answers": 3}),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"asking_limit": 1.5},
        {"person_limit": -0.1},
        {"max_failed_answers": 0},
        {"max_failed_answers": MOST_FAILED + 1},
        {"urgency_limit": "high"},
        {"claim_lease": 5},
    ],
)
async def test_what_is_no_limit_is_named_and_nothing_is_kept(
    product: Product, wrong: dict[str, Any]
) -> None:
    async with product.rest() as admin:
        for call, body in ((admin.put, wrong), (admin.post, {"limits": wrong})):
            refused = await call(f"{PATH}/trial" if "limits" in body else PATH, json=body)
            assert refused.status_code == 422, refused.text
            assert next(iter(wrong)) in refused.text
        assert (await admin.get(PATH)).json()["author"] is None
    async with product.rest("Aina") as agent:
        assert (await agent.get(PATH)).status_code == 403
        assert (await agent.put(PATH, json={})).status_code == 403


async def test_a_choice_of_earlier_days_holds_until_the_next(product: Product) -> None:
    def earlier(tx: Any) -> None:
        choices.put(tx, "person_limit", Choice(0.65, "command line", product.parts.now()))

    await product.parts.database.write(earlier)
    limits = Calling(product.parts.database.sync).limits
    settings = product.parts.settings.handoff
    assert limits(settings).person_limit == 0.65
    async with product.rest() as admin:
        known = (await admin.get(PATH)).json()
        assert known["author"] == "command line"
        saved = await admin.put(PATH, json={"urgency_limit": 0.5, "base": known["changed_at"]})
        assert saved.status_code == 200
    assert limits(settings).person_limit == settings.person_limit
    assert limits(settings).urgency_limit == 0.5


async def test_conversations_of_which_nothing_was_kept_are_left_out(product: Product) -> None:
    await _said(product, ANGRY)

    def forget(tx: Any) -> None:
        tx.exec_driver_sql("UPDATE events SET staff = NULL")

    await product.parts.database.write(forget)
    async with product.rest() as admin:
        found = await _trial(admin, person_limit=0)
    assert (found["conversations"], found["left_out"], found["tried"]["conversations"]) == (0, 1, 0)
