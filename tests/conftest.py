"""What every test may ask for."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.product import Product, copy_home, make_sample_home, running


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, prepared and indexed once; tests take a copy.

    HANDRAIL_TEST_HOME names one that is prepared already: it saves a developer the half minute.
    """
    if prepared := os.environ.get("HANDRAIL_TEST_HOME"):
        return Path(prepared)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "sample-home"
    with FileLock(shared / "sample-home.lock"):
        if not home.exists():
            make_sample_home(shared / "sample-home-in-work")
            (shared / "sample-home-in-work").rename(home)
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
