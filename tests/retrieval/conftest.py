"""Real parts for the retrieval tests: SQLite, the exported model, one index built per session."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from retrieval_collection import drafts
from retrieval_parts import NOON, Clock, Database, database

from retrieval import articles
from retrieval.index import Index
from retrieval.settings import RetrievalSettings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    made = database(tmp_path / "test.db")
    yield made
    made.engine.dispose()


@pytest.fixture
def home(tmp_path: Path, model_home: Path) -> Path:
    """Return an empty home that shares the exported model."""
    (tmp_path / "models").symlink_to(model_home / "models")
    return tmp_path


@pytest.fixture(scope="session")
def built(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return the index over the whole test collection; nobody may change it."""
    home = tmp_path_factory.mktemp("built")
    (home / "models").symlink_to(model_home / "models")
    store = database(home / "built.db")
    for draft in drafts():
        store.write(lambda tx, d=draft: articles.save(tx, d, author="test", now=NOON))
    index = Index(store, home, RetrievalSettings(), Clock())
    index.build()
    return index
