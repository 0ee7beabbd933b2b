"""A small help centre: enough for every endpoint, quick to prepare."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot import company, schema, setup
from bot.settings import load
from bot.storage.engine import Database
from retrieval.index import Index
from tests.clients import WAIT
from tests.product import QUICK_BUILD, Product, copy_home, running

ARTICLES = (
    "payments/payments-pending.md",
    "payments/payments-declined.md",
    "payments/refunds-timeline.md",
    "payments/payments-receipt.md",
    "bookings/bookings-not-found.md",
    "tickets/tickets-qr-not-scanning.md",
    "account/account-reset-password.md",
    "ferries/ferries-pets.md",
)


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Path:
    """The sample company with eight articles in four languages, not indexed."""
    root = tmp_path_factory.mktemp("small")
    data, home = root / "data", root / "home"
    source = setup.data_folder()
    for name in (*setup.COPIED, "rules.yaml", "incidents.yaml"):
        data.mkdir(exist_ok=True)
        home.mkdir(exist_ok=True)
        shutil.copy(source / name, data / name)
        shutil.copy(source / name, home / name)
    for locale in company.LANGUAGES:
        for article in ARTICLES:
            target = data / "articles" / locale / article
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / "articles" / locale / article, target)
    settings = load(home)
    schema.migrate(settings.database_path)
    database = Database(settings.database_path)
    try:
        setup._load_sample(database, settings, data, lambda _: None)
    finally:
        database.close()
    copy_home(model_home / "models", home / "models")
    return home


@pytest.fixture(scope="session")
def indexed_home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with its index."""
    home = copy_home(small_home, tmp_path_factory.mktemp("indexed") / "home")
    settings = load(home, **QUICK_BUILD)
    database = Database(settings.database_path)
    try:
        Index(database.sync, home, settings.retrieval, lambda: datetime.now(UTC)).build()
    finally:
        database.close()
    return home


@pytest.fixture
async def product(small_home: Path, tmp_path: Path) -> AsyncIterator[Product]:
    """A running server with the small help centre and no index."""
    async with running(copy_home(small_home, tmp_path / "home")) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    small_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """One running server for tests that change nothing; see `tests/conftest.py`."""
    async with running(copy_home(small_home, tmp_path_factory.mktemp("shared") / "home")) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_stranger(shared: Product) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it that is not signed in."""
    async with httpx.AsyncClient(base_url=shared.url, trust_env=False, timeout=WAIT) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_admin(shared: Product) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it that is signed in as the admin."""
    async with shared.rest() as client:
        yield client


@pytest.fixture
async def indexed(indexed_home: Path, tmp_path: Path) -> AsyncIterator[Product]:
    """A running server that finds things."""
    async with running(copy_home(indexed_home, tmp_path / "home"), settings=QUICK_BUILD) as it:
        yield it


@pytest.fixture
async def stranger(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is not signed in."""
    async with httpx.AsyncClient(base_url=product.url, trust_env=False, timeout=WAIT) as client:
        yield client


@pytest.fixture
async def admin(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    """A client signed in as the admin."""
    async with product.rest() as client:
        yield client
