"""A web server for the tests of what reads the web, and fetchers that may reach it."""

import sys
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from web_server import Server, names

from retrieval.importers.addresses import Network
from retrieval.importers.fetch import Fetcher

HERE: frozenset[Network] = frozenset({ip_network("127.0.0.1/32")})


@pytest.fixture
def here() -> frozenset[Network]:
    """Return the one address that tests open; 127.0.0.2 stays as closed as any private one."""
    return HERE


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def secret() -> Iterator[Server]:
    """Return a server in the private network that nobody may reach."""
    with Server(host="127.0.0.2") as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow=HERE, resolve=names({})) as made:
        yield made


@pytest.fixture
def fetching() -> Iterator[Callable[..., Fetcher]]:
    """Return a maker of fetchers, which are closed after the test."""
    made: list[Fetcher] = []

    def make(**options: object) -> Fetcher:
        made.append(Fetcher(**({"allow": HERE, "resolve": names({})} | options)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()
