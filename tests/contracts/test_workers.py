"""Several workers as one server: customer, agent and admin on different ones; any may die."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import combinations, schema, setup, surroundings
from bot.errors import SetupError
from bot.settings import Settings, load
from bot.storage.opening import open_database
from tests.contracts.estate import Estate
from tests.contracts.services import ChromaServer, Postgres, RedisServer
from tests.faults.server import ServerProcess
from tests.product import WAIT, copy_home


@pytest.fixture
async def estate(
    postgres: Postgres, redis: RedisServer, chroma: ChromaServer, sample_home: Path, tmp_path: Path
) -> AsyncIterator[Estate]:
    """Two workers on a small help centre that nobody has indexed yet."""
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    copy_home(sample_home / "models", home / "models")
    source = setup.data_folder()
    (data / "articles" / "en").mkdir(parents=True)
    for name in (*setup.COPIED, "rules.yaml", "incidents.yaml"):
        shutil.copy(source / name, data / name)
        shutil.copy(source / name, home / name)
    shutil.copytree(source / "articles" / "en" / "account", data / "articles" / "en" / "account")
    url = postgres.make("story")
    server = ServerProcess(
        home,
        "--workers",
        "2",
        HANDRAIL_DATABASE__URL=url,
        HANDRAIL_LIVE__REDIS_URL=redis.url,
        HANDRAIL_RETRIEVAL__CHROMA_URL=chroma.url,
        HANDRAIL_RETRIEVAL__CALIBRATION_QUESTIONS="20",
        HANDRAIL_TURN__LEASE="PT3S",
        HANDRAIL_TURN__QUIET="PT0.02S",
    )
    made = Estate(home, url, redis, chroma, postgres, server)
    schema.migrate(url)
    database = open_database(url)
    try:
        setup._load_sample(database, made.settings, data, lambda _: None)
    finally:
        database.close()
    await server.start()
    yield made
    await server.stop()
    postgres.cut_off("story")


async def two_workers(estate: Estate, but: int = 0) -> list[int]:
    async with asyncio.timeout(WAIT):
        while len(found := estate.workers() - {but}) < 2:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.05)
    return sorted(found)


async def test_a_conversation_over_two_workers_that_die(estate: Estate) -> None:
    first, second = await two_workers(estate)
    customer = await estate.customer_on(first)
    agent = await estate.agent_on(second)
    _, secret, csrf = estate.staff("Admin")
    async with httpx.AsyncClient(
        base_url=estate.server.url,
        cookies={"handrail_session": secret},
        headers={"X-Handrail-CSRF": csrf},
        trust_env=False,
        timeout=WAIT,
    ) as admin:
        await reindexed_everywhere(estate, admin, (first, second))
    # Handed over on one worker, taken on the other; typing crosses, too.
    called = await customer.ask("let me talk to a person")
    assert called["kind"] == "person.called"
    conversation = customer.conversation or ""
    await agent.wait(
        lambda f: (
            f["type"] == "queue" and any(w["conversation"] == conversation for w in f["waiting"])
        )
    )
    assert (await agent.act("claim", conversation=conversation))["type"] == "ok"
    await customer.event("agent.joined")
    await agent.send({"type": "follow", "conversation": conversation, "position": 0})
    await agent.event("agent.joined")
    await customer.send({"type": "typing", "on": True})
    await agent.wait(lambda f: f["type"] == "typing")
    said = await agent.act("say", conversation=conversation, text="How can I help?")
    await customer.event("agent.said")
    # The customer's worker dies: the customer comes back to the other, and nothing is missing.
    os.kill(first, signal.SIGKILL)
    await customer.wait(lambda f: f["type"] == "closed")
    await customer.close()
    await reconnected(customer)
    mine = {"type": "say", "id": customer.next_id(), "text": "still there?", "conversation": None}
    stored = await customer.answer_to(mine)
    assert stored["type"] == "ack", stored
    assert stored["position"] > said["position"]
    await agent.event("customer.said", text="still there?")
    assert (await customer.answer_to(mine))["position"] == stored["position"]
    # Its place is taken by a new one, and that one serves as well.
    (third,) = set(await two_workers(estate, but=first)) - {second}
    late = await estate.customer_on(third)
    answered = await late.ask("let me talk to a person")
    assert answered["kind"] == "person.called"
    for one in (customer, agent, late):
        await one.close()


async def reindexed_everywhere(
    estate: Estate, admin: httpx.AsyncClient, workers: tuple[int, int]
) -> None:
    """An admin builds on whichever worker; both answer from it."""
    started = await admin.post("/api/admin/index/build")
    assert started.status_code == 200, started.text
    async with asyncio.timeout(WAIT):
        while not any(  # noqa: ASYNC110 - the build is another process's
            one["state"] == "live" for one in await generations(admin)
        ):
            await asyncio.sleep(0.1)
    built = asyncio.get_running_loop().time()
    for worker in workers:
        asker = await estate.customer_on(worker)
        reply = await asker.ask("How do I change my password?")
        while reply["kind"] != "bot.answered" or not reply["data"]["citations"]:
            assert asyncio.get_running_loop().time() - built < WAIT
            await asker.close()
            asker = await estate.customer_on(worker)
            reply = await asker.ask("How do I change my password?")
        await asker.close()


async def generations(admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    found = (await admin.get("/api/admin/index")).json()
    listed: list[dict[str, Any]] = found["generations"]
    return listed


async def reconnected(customer: Any) -> None:
    async with asyncio.timeout(WAIT):
        while True:
            try:
                if (await customer.connect())["type"] == "welcome":
                    return
            except OSError:
                pass
            await asyncio.sleep(0.05)


def test_what_is_not_safe_is_refused_with_what_to_change(tmp_path: Path) -> None:
    alone = load(tmp_path)
    combinations.check(alone, 1)
    with pytest.raises(SetupError) as refused:
        combinations.check(alone, 2)
    for name in ("DATABASE__URL", "LIVE__REDIS_URL", "RETRIEVAL__CHROMA_URL", "docs/scaling.md"):
        assert name in str(refused.value)
    url, redis, chroma = "postgresql://u:p@db/handrail", "redis://r", "http://chroma:8000"
    given: dict[str, dict[str, str]] = {
        "database": {"url": url}, "live": {"redis_url": redis}, "retrieval": {"chroma_url": chroma},
    }  # fmt: skip
    for name in given:
        lacking = {one: value for one, value in given.items() if one != name}
        with pytest.raises(SetupError, match="2 workers need"):
            combinations.check(load(tmp_path, **lacking), 2)
        assert not combinations.shared(load(tmp_path, **lacking))
    combinations.check(load(tmp_path, **given), 2)
    assert combinations.shared(load(tmp_path, **given))


async def test_doctor_says_how_each_part_is_run(
    postgres: Postgres, redis: RedisServer, chroma: ChromaServer, tmp_path: Path
) -> None:
    url = postgres.make("looked_at")
    settings = load(
        tmp_path,
        database={"url": url},
        live={"redis_url": redis.url},
        retrieval={"chroma_url": chroma.url},
    )
    said = dict(reversed(one) for one in await asyncio.to_thread(findings, settings))
    well = " ".join(line for line, mark in said.items() if mark == "ok")
    assert "News: Redis" in well
    assert "Chroma server" in well
    assert "any number may serve" in well
    assert [line for line, mark in said.items() if mark == "fault" and "fsync=off" in line], said
    away = settings.model_copy(
        update={
            "database": settings.database.model_copy(update={"url": postgres.url("nowhere")}),
            "live": settings.live.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}),
            "retrieval": settings.retrieval.model_copy(update={"chroma_url": "http://127.0.0.1:1"}),
        }
    )
    marks = [mark for mark, _ in await asyncio.to_thread(findings, away)]
    assert marks == ["fault", "fault", "fault", "ok"]


def findings(settings: Settings) -> list[tuple[str, str]]:
    return list(surroundings.findings(settings))
