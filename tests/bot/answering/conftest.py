"""A scripted model server for every test that wants one."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.answering.model_server import ModelServer


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running
