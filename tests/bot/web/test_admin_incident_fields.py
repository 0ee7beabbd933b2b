"""What admins add to incidents, and what stays among the staff."""

import json
from datetime import UTC, timedelta
from typing import Any

import httpx
import pytest

from bot.company import LANGUAGES
from bot.conversation.events import instant
from bot.conversation.tables import follows
from retrieval.incidents import feeds, ledger, polling
from retrieval.incidents.naming import ComponentNames
from retrieval.incidents.picture import FeedIncident, FeedUpdate, Picture, SourceOptions
from tests.bot.web.test_admin_incidents import NEW, start_following
from tests.clients import CustomerClient
from tests.product import Product

PATH = "/api/admin/incidents"
SECRET = "kumquat-channel"


async def declared(admin: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """A new incident."""
    answer = await admin.post(PATH, json=NEW | changes)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def from_status_page(product: Product) -> str:
    """An incident as a status page gave it."""
    now = product.clock()
    note = FeedUpdate("n1", "identified", "A disk is full.", now)
    told = FeedIncident("x1", "Checkout slow", "identified", "minor", now, None, (), (note,))
    source = SourceOptions("statuspage", "acme", "https://status.example.com", "en", UTC)
    names = ComponentNames(product.parts.company.components)
    await product.parts.database.write(
        lambda tx: polling.store(tx, source, names, Picture((told,)), {}, now)
    )
    [found] = [one for one in await _listed(product) if one.source == "acme"]
    return str(found.id)


async def _listed(product: Product) -> list[Any]:
    return await product.parts.database.read(ledger.listing)


async def test_an_incident_of_a_status_page_gets_what_the_page_lacks(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    incident = await from_status_page(product)
    at = product.clock() + timedelta(hours=1)
    change = {
        "title": {"en": "Checkout slow", "ms": "Pembayaran perlahan"},
        "components": ["payments"],
        "workaround": {"en": "Pay later."},
        "expected_at": at.isoformat(),
        "next_update_at": at.isoformat(),
        "cadence_minutes": 15,
    }
    changed = (await admin.patch(f"{PATH}/{incident}", json=change)).json()
    assert changed["expected_at"] == changed["next_update_at"] == instant(at)
    assert (changed["cadence_minutes"], changed["source"], changed["language"]) == (
        15,
        "acme",
        "en",
    )
    assert changed["missing_languages"] == ["zh-Hans", "zh-Hant", "ms"]
    [note] = changed["updates"]
    assert note["from_status_page"] is True
    translated = await admin.patch(
        f"{PATH}/{incident}/updates/{note['id']}", json={"text": {"ms": "Cakera penuh."}}
    )
    assert translated.json()["updates"][0]["text"] == {
        "en": "A disk is full.",
        "ms": "Cakera penuh.",
    }
    assert translated.json()["updates"][0]["corrected_at"] is None
    [ms] = (await stranger.get("/api/incidents", params={"locale": "ms"})).json()["items"]
    assert (ms["title"], ms["text"]) == ("Pembayaran perlahan", "Cakera penuh.")
    assert (ms["title_language"], ms["text_language"], ms["workaround_language"]) == (
        "ms", "ms", "en",
    )  # fmt: skip
    assert ms["expected_at"] == instant(at)
    [zh] = (await stranger.get("/api/incidents", params={"locale": "zh-Hans"})).json()["items"]
    assert (zh["text_language"], zh["title_language"]) == ("en", "en")
    emptied = {"expected_at": None, "next_update_at": None, "cadence_minutes": None}
    bare = (await admin.patch(f"{PATH}/{incident}", json=emptied)).json()
    assert (bare["expected_at"], bare["next_update_at"], bare["cadence_minutes"]) == (
        None,
        None,
        30,
    )
    assert bare["workaround"] == {"en": "Pay later."}, "what was not sent stays"


async def test_the_words_of_a_status_page_are_not_changed_here(
    product: Product, admin: httpx.AsyncClient
) -> None:
    incident = await from_status_page(product)
    [note] = (await admin.get(f"{PATH}/{incident}")).json()["updates"]
    answer = await admin.patch(
        f"{PATH}/{incident}/updates/{note['id']}", json={"text": {"en": "All is well."}}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_editable")
    assert "acme" in answer.json()["error"]["message"]


async def test_a_corrected_note_is_told_once_more_and_a_translated_one_is_not(
    product: Product, admin: httpx.AsyncClient
) -> None:
    incident = await declared(admin)
    conversation = await start_following(product, incident["id"])
    news = {"status": "identified", "text": {"en": "A bank is down."}}
    updated = (await admin.post(f"{PATH}/{incident['id']}/updates", json=news)).json()
    path = f"{PATH}/{incident['id']}/updates/{updated['updates'][-1]['id']}"
    for text in (
        {"ms": "Sebuah bank terputus."},
        {"en": "a bank is down"},
        {"en": "Two banks are down."},
    ):
        assert (await admin.patch(path, json={"text": text})).status_code == 200
    for _ in range(3):
        await product.parts.clock.tick()
    told = [e.data for e in await product.log_of(conversation) if e.kind == "incident.told"]
    assert [("Two banks" in one["text"], one["correction"]) for one in told] == [
        (False, False), (True, True),
    ]  # fmt: skip
    shown = (await admin.get(f"{PATH}/{incident['id']}")).json()["updates"][-1]
    assert shown["corrected_at"] is not None


async def test_an_update_dated_before_the_question_is_told_when_it_comes_later(
    product: Product, admin: httpx.AsyncClient
) -> None:
    """A status page dates its note; we read it a minute later; the customer asked in between."""
    incident = await from_status_page(product)
    conversation = await start_following(product, incident)
    before = product.clock() - timedelta(minutes=5)
    notes = (
        FeedUpdate("n1", "identified", "A disk is full.", before),
        FeedUpdate("n2", "monitoring", "The disk is emptied.", before),
    )
    told = FeedIncident("x1", "Checkout slow", "monitoring", "minor", before, None, (), notes)
    source = SourceOptions("statuspage", "acme", "https://status.example.com", "en", UTC)
    for _ in range(2):
        now = product.clock()
        await product.parts.database.write(
            lambda tx, now=now: polling.store(
                tx, source, ComponentNames(()), Picture((told,)), {}, now
            )
        )
        await product.parts.clock.tick()
    heard = [e.data for e in await product.log_of(conversation) if e.kind == "incident.told"]
    assert [one["status"] for one in heard] == ["monitoring"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"components": ["nothing"]}, "unknown_component"),
        ({"severity": "huge"}, "bad_request"),
        ({"severity": None}, "empty_field"),
        ({"title": {}}, "bad_request"),
        ({"expected_at": "2020-01-01T00:00:00Z"}, "past_time"),
        ({"expected_at": "2099-01-01T00:00:00"}, "bad_request"),
        ({"next_update_at": "soon"}, "bad_request"),
        ({"cadence_minutes": 0}, "bad_request"),
        ({"status": "resolved"}, "bad_request"),
    ],
)
async def test_a_wrong_change_is_refused(
    shared_admin: httpx.AsyncClient, change: dict[str, Any], code: str
) -> None:
    answer = await shared_admin.patch(f"{PATH}/sample-payments", json=change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code), answer.text


@pytest.mark.asyncio(loop_scope="module")
async def test_unknown_incidents_and_updates_are_not_found(
    shared_admin: httpx.AsyncClient,
) -> None:
    texts = {"text": {"ms": "x"}}
    answers = [
        await shared_admin.get(f"{PATH}/none"),
        await shared_admin.get(f"{PATH}/none/notes"),
        await shared_admin.patch(f"{PATH}/none", json={"cadence_minutes": 5}),
        await shared_admin.post(f"{PATH}/none/notes", json={"text": "x"}),
        await shared_admin.patch(f"{PATH}/sample-payments/updates/none", json=texts),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5


async def test_no_public_wire_holds_a_staff_note(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    incident = (await declared(admin))["id"]
    for kind in ("finding", "owner", "channel", "note"):
        note = {"kind": kind, "text": f"{SECRET} {kind}"}
        made = (await admin.post(f"{PATH}/{incident}/notes", json=note)).json()
        assert (made["author"], made["text"]) == ("Admin", f"{SECRET} {kind}")
    noted = (await admin.get(f"{PATH}/{incident}/notes")).json()
    assert [one["kind"] for one in noted] == ["finding", "owner", "channel", "note"]
    read: list[str] = []
    for locale in LANGUAGES:
        for page in (
            f"/api/incidents?locale={locale}",
            f"/help/{locale}",
            f"/help/{locale}/status",
        ):
            answer = await stranger.get(page)
            assert answer.status_code == 200
            read.append(answer.text)
        async with product.customer(locale) as customer:
            read.append(await _everything_heard(product, customer, admin, incident))
    assert sum("Cards fail" in text for text in read) > len(LANGUAGES), "it was told of"
    assert not [text for text in read if SECRET in text]
    refused = await stranger.get(f"{PATH}/{incident}/notes")
    assert refused.status_code == 401


async def _everything_heard(
    product: Product, customer: CustomerClient, admin: httpx.AsyncClient, incident: str
) -> str:
    """Every frame of a customer who asks, follows the incident and is told of an update."""
    await customer.ask("my card payment fails")
    follow = {"conversation_id": customer.conversation, "incident_id": incident}
    since = {"since": product.clock() - timedelta(seconds=1)}
    await product.parts.database.write(
        lambda tx: tx.execute(follows.insert().prefix_with("OR REPLACE").values(**follow, **since))
    )
    news = {"status": "identified", "text": {"en": "A bank is down."}}
    await admin.post(f"{PATH}/{incident}/updates", json=news)
    await customer.event("incident.told")
    return json.dumps(customer.frames)


async def test_the_status_pages_are_shown_with_their_age_and_what_does_not_fit(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    assert (await admin.get(f"{PATH}/sources")).json() == []
    await from_status_page(product)
    [one] = (await admin.get(f"{PATH}/sources")).json()
    assert (one["name"], one["kind"], one["failures"], one["error"]) == (
        "acme",
        "statuspage",
        0,
        None,
    )
    assert (one["configured"], one["confirmed"]) == (False, False), "the settings do not name it"
    assert one["age_seconds"] is not None
    assert (await stranger.get(f"{PATH}/sources")).status_code == 401


async def test_silence_of_a_status_page_reaches_customers(
    product: Product, stranger: httpx.AsyncClient
) -> None:
    await from_status_page(product)
    read_at = (await product.parts.database.read(feeds.states))[0].read_at
    await product.parts.clock.tick()
    [one] = (await stranger.get("/api/incidents")).json()["items"]
    assert one["unconfirmed_since"] is None
    product.clock.pass_(minutes=11)
    for _ in range(2):
        await product.parts.clock.tick()
    [one] = (await stranger.get("/api/incidents")).json()["items"]
    assert one["unconfirmed_since"] == instant(read_at)


async def test_a_late_update_reminds_the_consoles_once_per_cadence(
    product: Product, admin: httpx.AsyncClient
) -> None:
    incident = (await declared(admin))["id"]
    await admin.patch(f"{PATH}/{incident}", json={"cadence_minutes": 5})
    product.clock.stop()
    async with product.agent("Aina") as agent, product.customer() as customer:
        await product.parts.clock.tick()
        assert (await admin.get(f"{PATH}/{incident}")).json()["update_late"] is False
        for _ in range(2):
            product.clock.pass_(minutes=6)
            for _ in range(3):
                await product.parts.clock.tick()
        shown = (await admin.get(f"{PATH}/{incident}")).json()
        assert (shown["update_late"], shown["cadence_minutes"]) == (True, 5)
        news = {"status": "identified", "text": {"en": "A bank is down."}}
        await admin.post(f"{PATH}/{incident}/updates", json=news)
        await product.parts.clock.tick()
        await agent.wait(lambda f: f["type"] == "incident_reminders" and f["items"] == [])
        reminders = [f["items"] for f in agent.frames if f["type"] == "incident_reminders"]
        assert [[one["incident"] for one in items] for items in reminders] == [
            [incident], [incident], [],
        ]  # fmt: skip
        assert reminders[0][0]["cadence_minutes"] == 5
        assert not any(f["type"] == "incident_reminders" for f in customer.frames)


async def test_a_console_that_opens_later_sees_what_is_late(
    product: Product, admin: httpx.AsyncClient
) -> None:
    incident = await declared(admin)
    product.clock.pass_(minutes=45)
    async with product.agent("Aina") as agent:
        heard = await agent.wait(lambda f: f["type"] == "incident_reminders")
    assert [one["incident"] for one in heard["items"]] == [incident["id"]]


async def test_a_sentence_that_customers_will_not_read_is_named_when_it_is_saved(
    admin: httpx.AsyncClient,
) -> None:
    incident = await declared(admin)
    assert incident["unsaid"] == []
    news = {"status": "identified", "text": {"en": "We found it. Card payments work again."}}
    told = await admin.post(f"{PATH}/{incident['id']}/updates", json=news)
    assert told.json()["unsaid"] == [
        {"field": "update", "language": "en", "text": "Card payments work again.", "kind": "over"}
    ]
    over = await admin.post(f"{PATH}/{incident['id']}/updates", json=news | {"status": "resolved"})
    assert over.json()["unsaid"] == []
