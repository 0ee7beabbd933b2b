"""A status page on a socket, and a reader that is patient with a busy machine."""

from collections.abc import AsyncIterator

import httpx
import pytest

from retrieval.incidents import fetching
from retrieval.incidents.fetching import PageReader
from tests.retrieval.incidents.status_server import StatusServer, status_server

PATIENT = 120.0


@pytest.fixture
async def server() -> AsyncIterator[StatusServer]:
    async with status_server() as made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with fetching.client() as made:
        yield made


@pytest.fixture
def pages(http: httpx.AsyncClient) -> PageReader:
    return PageReader(http, seconds=PATIENT)
