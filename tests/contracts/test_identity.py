"""Customers are identified in several processes at once: one contact, one device to a token."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy.engine import Connection as Tx

from bot import schema
from bot.conversation import contacts, conversations, log, visitors
from bot.errors import IdentityRefused
from bot.identifying import Proof, arrive
from bot.identity import Claims
from bot.storage.engine import Database
from bot.storage.opening import open_database
from tests.contracts.services import Postgres

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
_names = count()


@pytest.fixture(params=("sqlite", "postgres"))
async def pair(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[Database, Database]]:
    """A database as two processes have it open."""
    place: Path | str = tmp_path / "handrail.db"
    if request.param == "postgres":
        place = cast("Postgres", request.getfixturevalue("postgres")).make(
            f"identified{next(_names)}"
        )
    schema.migrate(place)
    one, other = open_database(place), open_database(place)
    yield one, other
    one.close()
    other.close()


def claims(token: str) -> Claims:
    return Claims("ann", token, NOW, NOW + timedelta(minutes=5), name="Ann", attributes={"n": 1})


async def prove(where: Database, token: str, device: str, visitor: str | None = None) -> Proof:
    def work(tx: Tx) -> Proof:
        lasts = timedelta(hours=1)
        told = claims(token)
        return arrive(tx, told, device=device, visitor=visitor, now=NOW, lasts=lasts)[0]

    return await where.write(work)


async def test_one_token_is_one_devices_and_one_customer_one_contact(
    pair: tuple[Database, Database],
) -> None:
    shown = [prove(pair[n % 2], "the same", f"device {n}") for n in range(8)]
    done = await asyncio.gather(*shown, return_exceptions=True)
    refused = [one for one in done if isinstance(one, IdentityRefused)]
    assert (len(done), len(refused)) == (8, 7), done
    proofs = await asyncio.gather(*(prove(pair[n % 2], f"t{n}", "d") for n in range(8)))
    assert len({proof.contact.id for proof in proofs}) == 1


async def test_conversations_begun_on_two_devices_become_one(
    pair: tuple[Database, Database],
) -> None:
    def begin(tx: Tx) -> tuple[str, str]:
        who, token = visitors.welcome(tx, locale="en", now=NOW)
        begun = log.start(tx, visitor_id=who.id, channel="widget", locale=None, page=None, now=NOW)
        return token, begun.id

    begun = [await where.write(begin) for where in pair]
    proofs = await asyncio.gather(
        *(
            prove(where, f"of {token}", token, token)
            for where, (token, _) in zip(pair, begun, strict=True)
        )
    )
    owner = proofs[0].contact.id

    def look(tx: Tx) -> tuple[list[str], list[str]]:
        mine = contacts.ids_of(tx, owner)
        return sorted(mine), contacts.ids_of(tx, owner, only_open=True)

    mine, still_open = await pair[1].read(look)
    assert mine == sorted(conversation for _, conversation in begun)
    assert len(still_open) == 1
    latest = await pair[0].read(lambda tx: conversations.latest_of(tx, owner, "widget"))
    assert latest is not None
    assert latest.id == still_open[0]
