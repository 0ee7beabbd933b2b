"""An outage from the first complaints to the day it comes back: everybody hears everything once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, insert, select

from bot import company as companies
from bot.answering import words
from bot.company import LANGUAGES
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.tables import conversations, events, follows
from bot.feeds import Feeds
from bot.settings import load
from bot.storage.engine import Database
from bot.web import sessions
from handoff import agents
from handoff.agents import Agent
from retrieval.incidents import ledger, sensor_counts
from retrieval.incidents.settings import IncidentSettings
from retrieval.tables import question_counts
from tests.clients import WAIT, AgentClient, CustomerClient
from tests.faults.history import History, check
from tests.faults.server import ServerProcess
from tests.flow import outage_group
from tests.retrieval.incidents import status_server
from tests.retrieval.incidents.shapes import STATUSPAGE, Pages
from tests.retrieval.incidents.status_server import StatusServer

FOLLOWERS = 200
ASKED = {
    "en": "My card payment was declined, why?",
    "zh-Hans": "刷卡支付不了怎么办",
    "zh-Hant": "刷卡付款一直失敗",
    "ms": "tak boleh bayar guna kad",
}
SITE = "https://shop.example.com"
CORRECTION = {"en": "Correction", "zh-Hans": "更正", "zh-Hant": "更正", "ms": "Pembetulan"}
PATIENT = 60.0
QUICK = {
    "HANDRAIL_TURN__QUIET": "PT0.02S",
    "HANDRAIL_WEB__MESSAGES_PER_MINUTE": "10000",
    "HANDRAIL_WEB__HELLO_SECONDS": "300",
    "HANDRAIL_WEB__PING_SECONDS": "600",
    "HANDRAIL_WEB__ALLOWED_ORIGINS": f'["{SITE}"]',
    "HANDRAIL_SENSOR__LOOK_SECONDS": "0.2",
    "HANDRAIL_HANDOFF__CLAIM_LEASE": "PT1H",
}


class Outage:
    """The server's process, its database seen from outside, a status page, and everybody."""

    def __init__(self, home: Path, page: StatusServer) -> None:
        self.page, self.history = page, History()
        source = f"statuspage={page.url},name=acme"
        self.server = ServerProcess(home, HANDRAIL_INCIDENTS__SOURCES=source, **QUICK)
        self.database = Database(load(home).database_path)
        # A second reader of the same page: what it polls again and again must be told once.
        self.feeds = Feeds(
            self.database,
            companies.load(home),
            IncidentSettings(sources=source),
            lambda: datetime.now(UTC),
            seconds=PATIENT,
        )
        self.path = load(home).database_path
        self.customers: dict[str, CustomerClient] = {}
        self.incident = ""
        self._stack = AsyncExitStack()

    def show(self, pages: Pages) -> None:
        """What the status page says from now on."""
        self.page.pages = {path: status_server.body(said) for path, said in pages.items()}

    async def write(self, work: Callable[[Connection], Any]) -> Any:
        """A transaction beside the server's; the database may be busy for a while."""
        return await self.database.write(work)

    async def sign_in(self, name: str) -> tuple[Agent, str, str]:
        """An agent with a session."""
        now = datetime.now(UTC)

        def work(tx: Connection) -> tuple[Agent, str, str]:
            agent = agents.by_name(tx, name)
            assert agent is not None, name
            session, secret = sessions.open_session(tx, agent, now=now, lasts=timedelta(hours=1))
            return agent, secret, session.csrf

        found: tuple[Agent, str, str] = await self.write(work)
        return found

    async def admin(self) -> httpx.AsyncClient:
        """The admin's REST client."""
        _, secret, csrf = await self.sign_in("Admin")
        client = httpx.AsyncClient(
            base_url=self.server.url,
            cookies={"handrail_session": secret},
            headers={"X-Handrail-CSRF": csrf},
            trust_env=False,
            timeout=WAIT,
        )
        return await self._stack.enter_async_context(client)

    async def agent(self, name: str) -> AgentClient:
        """An agent at the console."""
        who, secret, csrf = await self.sign_in(name)
        client = AgentClient(self.server.url, self.server.ws, who, secret, csrf)
        client.recorder = self.history.join(name)
        await client.connect()
        self._stack.push_async_callback(client.close)
        await client.act("presence", status="online", capacity=10)
        return client

    async def customer(self, locale: str, old: CustomerClient | None = None) -> CustomerClient:
        """A customer's widget; `old`: the same one, back after an interruption."""
        client = CustomerClient(self.server.ws, locale=locale)
        client.recorder = old.recorder if old is not None else self.history.join("customer")
        if old is not None:
            await old.close()
            client.token, client.conversation = old.token, old.conversation
            client.events = old.events
        await client.connect(page=f"{SITE}/book?ferry=7")
        self._stack.push_async_callback(client.close)
        return client

    async def close(self) -> None:
        """Everybody leaves."""
        await self._stack.aclose()
        await self.server.kill()
        self.database.close()


@pytest.fixture
async def outage(home: Path) -> AsyncIterator[Outage]:
    async with status_server.status_server() as page:
        made = Outage(home, page)
        try:
            yield made
        finally:
            await made.close()


async def test_an_outage_from_the_first_complaint_to_its_return(outage: Outage) -> None:
    outage.show(STATUSPAGE.quiet())
    await _three_quiet_weeks(outage)
    await outage.server.start()
    rest = await outage.admin()
    proposal = await _complaints(outage, rest)
    await _declared(outage, rest, proposal)
    aina, wei_ling = await outage.agent("Aina"), await outage.agent("Wei Ling")
    await _everybody_asks(outage)
    await _a_person_each(outage, aina, wei_ling)
    followers = await _follow(outage, outage.incident)

    updates = [await _note(outage, rest, "identified", "Half of all cards fail.")]
    await _all_told(outage, followers, outage.incident, 1)
    await _correct(outage, rest, updates[0], "One card in ten fails.")
    await _all_told(outage, followers, outage.incident, 2)
    waiting = await outage_group.gather(outage)
    async with _restart(outage):
        updates.append(
            await _note(outage, rest, "monitoring", "It is all fixed. Please try a card once more.")
        )
        answering = await outage_group.begin(outage, rest)
    await asyncio.gather(answering, return_exceptions=True)
    await outage_group.finish(outage, rest, waiting)
    await _all_told(outage, followers, outage.incident, 3)
    await _the_page_tells_too(outage, followers)
    updates.append(await _note(outage, rest, "resolved", "Cards are accepted."))
    await _all_told(outage, followers, outage.incident, 4)
    english = await _back_in_the_chat(outage)
    updates.append(await _note(outage, rest, "investigating", "Some cards fail."))
    await _all_told(outage, followers, outage.incident, 5)
    await english.event("incident.told", status="investigating")

    one, two, three, four = updates
    expected = [(one, 0), (one, 1), (two, 0), (three, 0), (four, 0)]
    await _each_exactly(outage, followers, expected)
    await outage.server.stop()
    assert check(outage.path, outage.history) == []


async def _three_quiet_weeks(outage: Outage) -> None:
    end = sensor_counts.bucket_of(datetime.now(UTC))
    rows = [
        {"component": "", "bucket": bucket, "questions": 0}
        for bucket in range(end - 3 * 2016, end)
    ]  # fmt: skip
    await outage.write(lambda tx: tx.execute(insert(question_counts), rows))


async def _complaints(outage: Outage, rest: httpx.AsyncClient) -> str:
    """Eight customers complain; the sensor proposes, and no customer hears of it."""

    async def complain(number: int) -> None:
        client = await outage.customer(LANGUAGES[number % 4])
        answer = await client.ask(ASKED[LANGUAGES[number % 4]])
        assert answer["data"].get("decision") != "incident"
        await client.close()

    await asyncio.gather(*(complain(number) for number in range(8)))
    (proposed,) = await _until(
        lambda: _json(rest, "/api/admin/proposals?state=open"), lambda found: len(found) == 1
    )
    assert proposed["components"] == ["payments"]
    assert await _json(rest, "/api/incidents") == {"items": []}
    return str(proposed["id"])


async def _declared(outage: Outage, rest: httpx.AsyncClient, proposal: str) -> None:
    """One click, and the banner is there."""
    watcher = await outage.customer("ms")
    declared = await rest.post(f"/api/admin/proposals/{proposal}/declare")
    assert declared.status_code == 200, declared.text
    outage.incident = declared.json()["incident"]
    banner = await watcher.wait(lambda f: f["type"] == "incidents" and bool(f["items"]))
    assert [one["id"] for one in banner["items"]] == [outage.incident]
    assert "Pembayaran" in banner["items"][0]["title"]
    await watcher.close()


async def _everybody_asks(outage: Outage) -> None:
    for locale, question in ASKED.items():
        client = outage.customers[locale] = await outage.customer(locale)
        answer = await client.ask(question)
        data = answer["data"]
        assert (data["decision"], data["incident"], data["language"]) == (
            "incident", outage.incident, locale,
        )  # fmt: skip


async def _a_person_each(outage: Outage, aina: AgentClient, wei_ling: AgentClient) -> None:
    """Two customers want a person: two agents take one each, and the news comes all the same."""
    for locale, agent in (("zh-Hans", wei_ling), ("ms", aina)):
        customer = outage.customers[locale]
        await customer.person()
        await customer.event("person.called")
        claimed = await agent.act("claim", conversation=customer.conversation)
        assert claimed["type"] == "ok", claimed
        said = await agent.act("say", conversation=customer.conversation, text="I am with you.")
        assert said["type"] == "ok", said
        await customer.event("agent.said")


async def _follow(outage: Outage, incident: str) -> dict[str, str]:
    """Two hundred conversations that follow the incident, the four open ones among them."""
    now = datetime.now(UTC)
    made = {client.conversation or "": locale for locale, client in outage.customers.items()}

    def work(tx: Connection) -> None:
        for number in range(FOLLOWERS - len(made)):
            locale = LANGUAGES[number % 4]
            state = log.start(
                tx, visitor_id=f"v{number}", channel="widget", locale=locale, page=None, now=now
            )
            made[state.id] = locale
            row = {"conversation_id": state.id, "incident_id": incident, "since": now}
            tx.execute(insert(follows).values(**row))

    await outage.write(work)
    return made


async def _note(outage: Outage, rest: httpx.AsyncClient, status: str, text: str) -> str:
    """One more public update; gives its id."""
    body = {"status": status, "text": {"en": text, "ms": f"(ms) {text}"}}
    answer = await rest.post(f"/api/admin/incidents/{outage.incident}/updates", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["updates"][-1]["id"])


async def _correct(outage: Outage, rest: httpx.AsyncClient, update: str, text: str) -> None:
    path = f"/api/admin/incidents/{outage.incident}/updates/{update}"
    answer = await rest.patch(path, json={"text": {"en": text}})
    assert answer.status_code == 200, answer.text


@asynccontextmanager
async def _restart(outage: Outage) -> AsyncIterator[None]:
    """The server is killed right after what happens here, and comes back."""
    yield
    await outage.server.kill()
    outage.show(STATUSPAGE.broken())
    await outage.server.start()
    for locale, client in outage.customers.items():
        outage.customers[locale] = await outage.customer(locale, client)


async def _the_page_tells_too(outage: Outage, followers: dict[str, str]) -> None:
    """An incident of the status page: polled again and again, each note is told once."""
    shown = await _until(
        lambda: outage.database.read(ledger.listing),
        lambda found: any(one.source == "acme" for one in found),
    )
    (theirs,) = [one.id for one in shown if one.source == "acme"]
    now = datetime.now(UTC)
    rows = [{"conversation_id": one, "incident_id": theirs, "since": now} for one in followers]
    await outage.write(lambda tx: tx.execute(insert(follows), rows))
    for pages, times in ((STATUSPAGE.noted(), 1), (STATUSPAGE.over(), 2)):
        outage.show(pages)
        for _ in range(3):
            await outage.feeds.poll("acme")
        await _all_told(outage, followers, theirs, times)
    told = await _told(outage, theirs)
    for conversation in followers:
        statuses = [data["status"] for data in told[conversation]]
        assert statuses == ["identified", "resolved"], statuses


async def _back_in_the_chat(outage: Outage) -> CustomerClient:
    """It works for one and not for another; both are asked in their language."""
    english, chinese = outage.customers["en"], outage.customers["zh-Hant"]
    told = await english.event("incident.told", status="resolved", incident=outage.incident)
    assert told["data"]["page"] == f"{SITE}/book?ferry=7"
    answer = await english.ask(told["data"]["options"][0]["text"])
    assert answer["data"]["text"] == words.after_the_end("thanked", "en")
    await chinese.event("incident.told", status="resolved", incident=outage.incident)
    called = await chinese.ask("還是不行")
    assert called["kind"] == "person.called"
    return english


async def _each_exactly(
    outage: Outage, followers: dict[str, str], expected: list[tuple[str, int]]
) -> None:
    """Every conversation has every update once, in its language, in the words its status allows."""
    told = await _told(outage, outage.incident)
    assert set(followers) <= set(told)
    for conversation, locale in followers.items():
        heard = told[conversation]
        assert [one["update"] for one in heard] == [update for update, _ in expected]
        assert {one["language"] for one in heard} == {locale}
        corrected = [one["text"].startswith(CORRECTION[locale]) for one in heard]
        assert corrected == [again == 1 for _, again in expected]
        statuses = words.of(locale)["incident"]["statuses"]
        watched, over, back = heard[2:]
        assert statuses["monitoring"] in watched["text"]
        assert "fixed" not in watched["text"]
        assert "fixed" not in back["text"]
        assert (len(watched["options"]), len(over["options"]), len(back["options"])) == (0, 2, 0)
        assert statuses["investigating"] in back["text"]


async def _all_told(outage: Outage, followers: dict[str, str], incident: str, times: int) -> None:
    """Wait until everybody was told so often."""

    def counted(tx: Connection) -> Counter[str]:
        query = select(events.c.conversation_id, events.c.data).where(
            events.c.kind == e.INCIDENT_TOLD
        )
        return Counter(
            row.conversation_id for row in tx.execute(query) if row.data["incident"] == incident
        )

    await _until(
        lambda: outage.database.read(counted),
        lambda found: all(found[one] >= times for one in followers),
    )


async def _told(outage: Outage, incident: str) -> dict[str, list[dict[str, Any]]]:
    """Conversation → what it was told of the incident, in order."""

    def work(tx: Connection) -> dict[str, list[dict[str, Any]]]:
        query = (
            select(events.c.conversation_id, events.c.data)
            .join_from(events, conversations, conversations.c.id == events.c.conversation_id)
            .where(events.c.kind == e.INCIDENT_TOLD)
            .order_by(events.c.conversation_id, events.c.position)
        )
        found: dict[str, list[dict[str, Any]]] = {}
        for row in tx.execute(query):
            if row.data["incident"] == incident:
                found.setdefault(row.conversation_id, []).append(row.data)
        return found

    return await outage.database.read(work)


async def _json(rest: httpx.AsyncClient, path: str) -> Any:
    return (await rest.get(path)).json()


async def _until(
    look: Callable[[], Coroutine[Any, Any, Any]], enough: Callable[[Any], bool]
) -> Any:
    """What is seen once it is enough; another process has no event to wait for."""
    async with asyncio.timeout(WAIT):
        while not enough(found := await look()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return found
