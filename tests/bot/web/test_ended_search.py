"""Ended conversations are found again by who it was and by what was said, and nothing else is."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.engine import Connection as Tx

from bot.conversation import sought
from tests.clients import AgentClient, CustomerClient
from tests.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def rest(shared: Product) -> AsyncIterator[httpx.AsyncClient]:
    async with shared.rest("Aina") as client:
        yield client


async def _ended(customer: CustomerClient, agent: AgentClient, said: str, answer: str) -> str:
    await customer.say(said)
    conversation = customer.conversation or ""
    await agent.act("claim", conversation=conversation)
    await agent.act("say", conversation=conversation, text=answer)
    done = await agent.act("resolve", conversation=conversation, why="solved", note="Glue sent")
    assert done["type"] == "ok", done
    return conversation


async def _find(rest: httpx.AsyncClient, q: str, **query: Any) -> list[dict[str, Any]]:
    answer = await rest.get("/api/console/ended", params={"q": q, **query})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()
    return rows


async def test_words_of_anybody_find_it_once_it_has_ended(
    shared: Product, rest: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = "My " + "very " * 60 + "blue kayak has 100% of a hole"
    async with (
        shared.agent() as aina,
        shared.customer() as one,
        shared.customer() as other,
        shared.customer() as still,
    ):
        await still.say("a kayak, too, and it is still open")
        kayak = await _ended(one, aina, before, "Our workshop mends it")
        chinese = await _ended(other, aina, "皮划艇上有个洞 kayak", "我们来修")

        found = await _find(rest, "KAYAK")
        assert [row["conversation"] for row in found] == [chinese, kayak]
        assert (found[1]["ended"]["why"], found[1]["ended"]["note"]) == ("solved", "Glue sent")
        assert "blue kayak has" in found[1]["found"]
        assert len(found[1]["found"]) <= sought.SHOWN + 2
        assert [row["conversation"] for row in await _find(rest, "划艇")] == [chinese]
        assert [row["conversation"] for row in await _find(rest, "workshop hole")] == [kayak]
        assert [row["conversation"] for row in await _find(rest, "100%")] == [kayak]
        assert [row["conversation"] for row in await _find(rest, "kayak", limit=1)] == [chinese]
        older = await _find(rest, "kayak", before=found[0]["updated_at"])
        assert [row["conversation"] for row in older] == [kayak]
        for nothing in ("", "  ", "kayak submarine", "k%k", "Glue"):
            assert await _find(rest, nothing) == [], nothing
    monkeypatch.setattr(sought, "LOOK_BACK", 1)
    assert [row["conversation"] for row in await _find(rest, "kayak")] == [chinese]


async def test_it_is_found_by_the_name_that_the_site_gives(
    shared: Product, rest: httpx.AsyncClient
) -> None:
    async with shared.agent() as aina, shared.customer() as one:
        conversation = await _ended(one, aina, "the zip of my tent is torn", "Sewn")

    def named(tx: Tx) -> None:
        owner = sought.conversations.c.id == conversation
        visitor = tx.execute(sought.select(sought.conversations).where(owner)).one().visitor_id
        now = shared.clock()
        person = {"id": visitor, "external_id": "u-77", "name": "Siti Zubaidah", "attributes": {}}
        person |= {"email": "siti@mail.example", "told_at": now, "first_seen_at": now}
        tx.execute(sought.contacts.insert().values(**person, last_seen_at=now))

    await shared.parts.database.write(named)
    for words in ("zubaidah", "siti@mail.example", "siti tent"):
        (row,) = await _find(rest, words)
        assert (row["conversation"], row["visitor"]) == (conversation, "Siti Zubaidah")
    assert (await _find(rest, "zubaidah"))[0]["found"] is None
    assert (await rest.get("/api/console/ended", params={"limit": 0})).status_code == 422
    async with httpx.AsyncClient(base_url=shared.url) as stranger:
        assert (await stranger.get("/api/console/ended?q=siti")).status_code == 401


@pytest.mark.parametrize("number", [1, 10, 50])
async def test_a_search_reads_no_other_conversation(shared: Product, number: int) -> None:
    """Without statistics SQLite would take the index of kinds, and read all there ever was."""

    def plans(tx: Tx) -> list[str]:
        ids, terms = [f"c{n}" for n in range(number)], ["late", "ferry"]
        queries = (sought._query(terms, 10, None), sought._messages(ids, terms))
        found = []
        for query in queries:
            said = query.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True})
            rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {str(said).replace('%%', '%')}")
            found += [str(row[-1]) for row in rows]
        return found

    steps = await shared.parts.database.read(plans)
    on_events = [step for step in steps if " events" in step]
    assert len(on_events) == 3
    assert not [step for step in on_events if "conversation_id=?" not in step], steps
