"""The services that one test run starts once, each when it is first asked for."""

import signal
from collections.abc import Iterator

import pytest

from tests.contracts.services import ChromaServer, Postgres, RedisServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    server = Postgres()
    yield server
    server.close(signal.SIGINT)


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A Redis server."""
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def chroma() -> Iterator[ChromaServer]:
    """A Chroma server."""
    server = ChromaServer()
    yield server
    server.close()
