"""What every test may ask for."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from retrieval.embedding import PACKAGED, load
from tests.product import Product, copy_home, make_sample_home, running

# The same examples on every machine, and no limit on how long one may take there: a test is red
# because of the product, never because of chance or a busy machine. HANDRAIL_TEST_EXPLORE=1 looks
# for new examples.
hypothesis.register_profile(
    "handrail",
    deadline=None,
    derandomize=os.environ.get("HANDRAIL_TEST_EXPLORE") != "1",
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis.load_profile("handrail")

LONGEST_FILES = (
    "tests/faults/test_kill.py",  # makes the home; the next five need none meanwhile
    "tests/simulate/test_simulate.py",
    "tests/handoff/test_scope.py",
    "tests/retrieval/importers/test_hostile.py",
    "tests/incidents/test_sensor.py",
    "tests/retrieval/test_generations.py",
    "tests/flow/test_outage.py",
    "tests/contracts/test_workers.py",
    "tests/browser/test_looks.py",
    "tests/bot/test_cli.py",
    "tests/faults/test_build.py",
    "tests/browser/test_scripts.py",
    "tests/browser/test_admin.py",
    "tests/flow/test_handoff.py",
)
"""They go first: one worker must not still be at work on a long file when the others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first, the others as they were found."""
    places = {name: place for place, name in enumerate(LONGEST_FILES)}
    items.sort(key=lambda one: places.get(one.nodeid.split("::")[0], len(places)))


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Path:
    """The sample company, prepared and indexed once; tests take a copy.

    HANDRAIL_TEST_HOME names one that is prepared already: it saves a developer the half minute.
    """
    if prepared := os.environ.get("HANDRAIL_TEST_HOME"):
        return Path(prepared)
    return _once(tmp_path_factory, "sample-home", lambda home: make_sample_home(home, model_home))


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the exported model: exporting takes seconds, so once per session."""
    if prepared := os.environ.get("HANDRAIL_TEST_HOME"):
        return Path(prepared)
    return _once(tmp_path_factory, "model-home", lambda home: load(PACKAGED, home))


def _once(
    tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]
) -> Path:
    """A folder that is made by the first process that wants it, for all of them."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = folder / name
    with FileLock(folder / f"{name}.lock"):
        if not made.exists():
            in_work = folder / f"{name}-in-work"
            in_work.mkdir()
            make(in_work)
            in_work.rename(made)
    return made


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A home of this test's own."""
    return copy_home(sample_home, tmp_path / "home")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    sample_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """One running server for tests that leave nothing to each other: a start costs a second.

    They are marked `asyncio(loop_scope="module")`, for it runs on the loop of their module.
    """
    async with running(copy_home(sample_home, tmp_path_factory.mktemp("shared") / "home")) as it:
        yield it


@pytest.fixture
async def product(home: Path) -> AsyncIterator[Product]:
    """A running server with the sample company."""
    async with running(home) as it:
        yield it
