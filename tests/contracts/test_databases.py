"""What every database promises: SQLite in a file, and PostgreSQL with several processes on it."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete, insert, select, text
from sqlalchemy.engine import Connection as Tx
from sqlalchemy.exc import IntegrityError

from bot import schema
from bot.conversation import log, visitors
from bot.conversation import tables as t
from bot.desk import Desk
from bot.errors import SetupError, Unavailable
from bot.settings import TurnSettings
from bot.storage import choices
from bot.storage.engine import Database, news_of
from bot.storage.opening import open_database
from bot.turn import Turns
from handoff import agents
from handoff.errors import AlreadyClaimed
from tests.contracts.cutting import CutAtCommit
from tests.contracts.services import Postgres
from tests.product import WAIT

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KINDS = ("sqlite", "postgres")
ROUNDS = int(os.environ.get("HANDRAIL_TEST_ROUNDS", "8"))
_names = (f"t{n}" for n in count())

Place = Path | str


@pytest.fixture(scope="module", params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where a database of each kind is, its tables made; the module's tests share it."""
    made: Place = tmp_path_factory.mktemp("database") / "handrail.db"
    if request.param == "postgres":
        made = cast("Postgres", request.getfixturevalue("postgres")).make(next(_names))
    schema.migrate(made)
    return made


@pytest.fixture
async def pair(place: Place) -> AsyncIterator[tuple[Database, Database]]:
    """The database as two processes have it open."""
    one, other = open_database(place), open_database(place)
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def served(postgres: Postgres) -> Iterator[tuple[Postgres, str]]:
    """A server, and a database on it whose connections may be cut."""
    name = next(_names)
    schema.migrate(postgres.make(name))
    yield postgres, name
    postgres.cut_off(name)


def begin(tx: Tx) -> str:
    """A conversation of a visitor's own."""
    who, _ = visitors.welcome(tx, locale="en", now=NOW)
    return log.start(tx, visitor_id=who.id, channel="widget", locale="en", page=None, now=NOW).id


def hire(tx: Tx, names: list[str]) -> list[agents.Agent]:
    return [agents.add(tx, f"{name} {log.new_id()}", "agent", ("en",), NOW) for name in names]


def positions(tx: Tx, conversation: str) -> list[int]:
    return [event.position for event in log.read(tx, conversation)]


async def test_a_write_that_fails_leaves_nothing_and_tells_nothing(
    pair: tuple[Database, Database],
) -> None:
    database, other = pair
    told: list[str] = []
    database.on_news(lambda news: told.extend(name for name, _ in news))

    def write(name: str, *, fail: bool) -> Any:
        def work(tx: Tx) -> None:
            tx.execute(insert(t.log_identity).values(id=name, made_at=NOW))
            news_of(tx).append((name, 1))
            if fail:
                raise RuntimeError(name)

        return work

    run = log.new_id()
    names = [f"{run}-{n}" for n in range(12)]
    done = await asyncio.gather(
        *(database.write(write(name, fail=n % 3 == 0)) for n, name in enumerate(names)),
        return_exceptions=True,
    )
    assert [isinstance(one, RuntimeError) for one in done] == [n % 3 == 0 for n in range(12)]
    kept = {name for n, name in enumerate(names) if n % 3}
    with pytest.raises(IntegrityError):
        await database.write(write(min(kept), fail=False))
    there = await other.read(lambda tx: set(tx.execute(select(t.log_identity.c.id)).scalars()))
    assert {name for name in there if name.startswith(run)} == kept
    async with asyncio.timeout(WAIT):
        while set(told) != kept:  # noqa: ASYNC110 - news comes after the answer, on another thread
            await asyncio.sleep(0.01)
    mine = t.log_identity.c.id.in_(names)
    await database.write(lambda tx: tx.execute(delete(t.log_identity).where(mine)))


async def test_a_reader_cannot_write(pair: tuple[Database, Database]) -> None:
    with pytest.raises(Unavailable, match=r"read-?only"):
        await pair[0].read(begin)


async def test_two_processes_append_to_one_conversation_without_gap_or_double(
    pair: tuple[Database, Database],
) -> None:
    database, other = pair
    conversation = await database.write(begin)
    (agent,) = await database.write(lambda tx: hire(tx, ["Aina"]))
    desks = [Desk(one, lambda: NOW, timedelta(seconds=60)) for one in (database, other)]
    await desks[0].claim(agent, conversation)
    said = await asyncio.gather(
        *(
            desk.say(agent, conversation, f"m{n}", f"message {n}")
            for n in range(12)
            for desk in desks
        )
    )
    by_message = [{one.position for one in said[n : n + 2]} for n in range(0, len(said), 2)]
    assert all(len(found) == 1 for found in by_message), "sent twice, stored once"
    found = await other.read(partial(positions, conversation=conversation))
    assert found == list(range(1, 2 + 1 + 12))


async def test_two_first_messages_at_once_open_one_conversation(
    pair: tuple[Database, Database],
) -> None:
    settings = TurnSettings()
    takers = [Turns(one, cast("Any", None), settings, lambda: NOW) for one in pair]
    for taker in takers:
        taker.closing = True  # the messages are stored, and answered by nobody
    for n in range(5):
        who, _ = await pair[0].write(lambda tx: visitors.welcome(tx, locale="en", now=NOW))
        done = await asyncio.gather(
            *(
                taker.take(
                    visitor_id=who.id, channel="widget", client_id=f"{n}-{name}", said="hello",
                    locale="en",
                )
                for taker in takers
                for name in ("a", "b", "a")
            )
        )  # fmt: skip
        assert len({one.conversation_id for one in done}) == 1
        assert sum(one.new for one in done) == 2
        assert len({one.position for one in done}) == 2


async def test_of_many_who_claim_together_one_wins(pair: tuple[Database, Database]) -> None:
    database, _ = pair
    staff = await database.write(lambda tx: hire(tx, [f"A{n}" for n in range(6)]))
    desks = [Desk(one, lambda: NOW, timedelta(seconds=60)) for one in pair]
    for _ in range(ROUNDS):
        conversation = await database.write(begin)
        done = await asyncio.gather(
            *(desks[n % 2].claim(one, conversation) for n, one in enumerate(staff)),
            return_exceptions=True,
        )
        refused = [one for one in done if isinstance(one, AlreadyClaimed)]
        assert len(refused) == len(staff) - 1, done


async def test_what_a_write_has_read_stays_true_until_its_commit(
    pair: tuple[Database, Database],
) -> None:
    def more(tx: Tx) -> None:
        known = choices.get(tx, "number")
        value = 0 if known is None else known.value
        choices.put(tx, "number", choices.Choice(value + 1, "test", NOW))

    await asyncio.gather(*(database.write(more) for database in pair for _ in range(15)))
    found = await pair[1].read(lambda tx: choices.get(tx, "number"))
    assert found is not None
    assert found.value == 30
    await pair[0].write(lambda tx: tx.execute(delete(choices.choices)))


async def test_who_stops_waiting_disturbs_nobody(pair: tuple[Database, Database]) -> None:
    """Cancelled at any point: what is read afterwards is never what somebody else asked for."""
    database, _ = pair
    chance = random.Random(7)

    def echo(tx: Tx, *, token: int) -> int:
        return int(tx.execute(select(token)).scalar_one())

    async def ask(token: int) -> None:
        answer = await database.read(partial(echo, token=token))
        assert answer == token
        assert await database.write(partial(echo, token=-token), alone=False) == -token

    for start in range(0, 200, 20):
        tasks = [asyncio.create_task(ask(start + n + 1)) for n in range(20)]
        for task in chance.sample(tasks, 10):
            for _ in range(chance.randrange(6)):
                await asyncio.sleep(0)
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [one for one in done if isinstance(one, Exception)], done


async def test_postgres_has_the_tables_the_program_means(served: tuple[Postgres, str]) -> None:
    postgres, name = served
    schema.check(postgres.url(name))

    def compare(tx: Tx) -> list[Any]:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        return [one for meta in [schema.metadatas()] for one in compare_metadata(context, meta)]

    database = open_database(postgres.url(name))
    try:
        assert database.sync.write(compare) == []
    finally:
        database.close()


async def test_an_empty_or_absent_database_says_what_to_do(postgres: Postgres) -> None:
    with pytest.raises(SetupError, match="handrail init"):
        schema.check(postgres.make(next(_names)))
    with pytest.raises(SetupError, match="does not exist"):
        schema.check(postgres.url("nowhere"))
    with pytest.raises(SetupError, match="postgresql://user"):
        schema.check("mysql://somewhere/else")


async def test_cut_connections_and_a_crash_lose_and_double_nothing(
    served: tuple[Postgres, str],
) -> None:
    postgres, name = served
    database = open_database(postgres.url(name))
    try:
        conversation = await database.write(begin)
        (agent,) = await database.write(lambda tx: hire(tx, ["Aina"]))
        desk = Desk(database, lambda: NOW, timedelta(seconds=60))
        await desk.claim(agent, conversation)
        stored: list[int | None] = []
        stop = asyncio.Event()

        async def said(client_id: str) -> int | None:
            """As a client does: what was not acknowledged is sent again under the same id."""
            while True:
                with suppress(Unavailable):
                    return (await desk.say(agent, conversation, client_id, "there?")).position

        async def talk(who: int) -> None:
            for n in count():
                if stop.is_set():
                    return
                stored.append(await said(f"{who}-{n}"))

        talking = [asyncio.create_task(talk(n)) for n in range(4)]
        for n in range(ROUNDS):
            before = len(stored)
            await asyncio.to_thread(
                postgres.crash if n % 8 == 5 else partial(postgres.cut_off, name)
            )
            async with asyncio.timeout(WAIT):
                while len(stored) < before + 10:  # noqa: ASYNC110 - they go on talking
                    await asyncio.sleep(0.01)
        stop.set()
        await asyncio.gather(*talking)
        found: list[int] = []
        while more := await database.read(
            partial(log.read, conversation_id=conversation, after=len(found))
        ):
            found += [event.position for event in more]
        assert found == list(range(1, len(found) + 1))
        assert len(found) == 2 + len(stored) == 2 + len(set(stored)), "every one once"
    finally:
        database.close()


_SETTLED = text(
    "SELECT checkpoint_time < now() - interval '2 seconds' FROM pg_control_checkpoint()"
)


@pytest.mark.parametrize("reaches", [True, False], ids=["answer lost", "commit lost"])
async def test_a_commit_that_nobody_answered_counts_once(
    served: tuple[Postgres, str], *, reaches: bool
) -> None:
    """Nothing in this write can tell that it is done again but the fate of its transaction."""
    postgres, name = served
    async with CutAtCommit(postgres.socket, reaches=reaches) as proxy:
        database = open_database(f"postgresql://postgres@127.0.0.1:{proxy.port}/{name}")
        runs: list[str] = []

        def work(tx: Tx) -> str:
            runs.append(begin(tx))
            return runs[-1]

        try:
            async with asyncio.timeout(WAIT):  # as if the server had never been restored
                while not await database.read(lambda tx: tx.execute(_SETTLED).scalar()):  # noqa: ASYNC110 - the server's clock has no event
                    await asyncio.sleep(0.1)
            proxy.armed = True
            kept = await database.write(work)
            assert len(runs) == (1 if reaches else 2)
            there = await database.read(lambda tx: [one for one in runs if positions(tx, one)])
            assert (there, proxy.cuts) == ([kept], 1)
        finally:
            await asyncio.to_thread(database.close)  # the way there runs on this loop


async def test_one_process_leads_until_it_is_gone(served: tuple[Postgres, str]) -> None:
    postgres, name = served
    one, other = (open_database(postgres.url(name)) for _ in range(2))
    try:
        assert await asyncio.gather(one.leads(), one.leads(), one.leads()) == [True] * 3
        assert not await other.leads()
        await asyncio.to_thread(postgres.cut_off, name)
        # Either may lead now, and never both: the lock is the server's.
        assert (await asyncio.gather(one.leads(), other.leads())).count(True) <= 1
        one.close()
        async with asyncio.timeout(WAIT):
            while not await other.leads():  # noqa: ASYNC110 - the server's lock has no event
                await asyncio.sleep(0.01)
    finally:
        one.close()
        other.close()


async def test_work_inside_a_transaction_cannot_wait_for_another_one(
    served: tuple[Postgres, str],
) -> None:
    postgres, name = served
    database = open_database(postgres.url(name))
    try:
        done = database.sync.read(lambda tx: tx.execute(select(1)).scalar())
        assert done == 1
        with pytest.raises(RuntimeError, match="must use that transaction"):
            database.sync.read(lambda _: database.sync.read(begin))
    finally:
        database.close()
