"""What every test may ask for."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.product import Product, copy_home, make_sample_home, running


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, prepared and indexed once; tests take a copy.

    HANDRAIL_TEST_HOME names one that is prepared already: it saves a developer the half minute.
    """
    if prepared := os.environ.get("HANDRAIL_TEST_HOME"):
        return Path(prepared)
    home = tmp_path_factory.mktemp("sample") / "home"
    make_sample_home(home)
    return home


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A home of this test's own."""
    return copy_home(sample_home, tmp_path / "home")


@pytest.fixture
async def product(home: Path) -> AsyncIterator[Product]:
    """A running server with the sample company."""
    async with running(home) as it:
        yield it
