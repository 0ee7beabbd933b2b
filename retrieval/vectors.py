"""Entries by meaning: a ChromaDB that never changes, and beside it what changed since."""

import hashlib
import re
import time
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

import httpx
import numpy as np
import structlog
from numpy.typing import NDArray

from retrieval.errors import VectorsUnavailable
from retrieval.lean import without
from retrieval.ranking import question_entry

_UNUSED = "jsonschema", "opentelemetry.exporter.otlp.proto.grpc.trace_exporter"
"""What Chroma checks the settings of its embedding functions with, and what would send its traces:
15 MB and a fifth of a second at every start. It is told below to trace nothing."""
with without(*_UNUSED):
    import chromadb
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection as Shelf
    from chromadb.config import Settings
    from chromadb.errors import ChromaError, NotFoundError

logger = structlog.get_logger()

BATCH, SERVED_BATCH = 1000, 200
"""Entries stored at once; Chroma takes 5461 at most, and a server must be done within SECONDS."""
_SPARE = 64
"""Entries asked for beyond those wanted, when some that are found may not count any more."""

SECONDS = 5.0
"""How long a Chroma server may take to answer."""
TROUBLE = (httpx.HTTPError, ChromaError)
"""What its client raises when it does not."""
_TELL_SECONDS = 10.0
"""Between two words in the log that the server is away: there may be thousands of questions."""

Matrix = NDArray[np.float32]


class Vectors:
    """The vectors of one whole build; holds help texts only, never a customer's words.

    Written once, by the build that makes the folder, and only read afterwards: other processes
    may have it open, and an embedded Chroma does not see what another process adds.
    """

    def __init__(self, folder: Path, schema: str, server: str = "") -> None:
        """Keep them in `folder`, `<generation>/chroma`, or under its name on a Chroma server.

        Raises VectorsUnavailable when the server at this address does not answer.
        """
        self._schema = hashlib.sha256(schema.encode()).hexdigest()[:12]
        self._place = _place(folder.parent.name) if server else "handrail-"
        self._client = _served(server) if server else _embedded(folder)
        self._served = bool(server)
        self._told = 0.0
        self._open: dict[str, Shelf] = {}

    def add(self, locale: str, entries: Sequence[str], rows: Matrix) -> Iterator[int]:
        """Store one row per entry; yield how many are in."""
        shelf = self._client.get_or_create_collection(
            self._name(locale),
            embedding_function=None,
            metadata={"hnsw:space": "cosine", "hnsw:search_ef": 200},
        )
        size = SERVED_BATCH if self._served else BATCH
        for start in range(0, len(entries), size):
            batch = list(entries[start : start + size])
            shelf.add(ids=batch, embeddings=rows[start : start + size])
            yield start + len(batch)

    def nearest(self, locale: str, vector: Sequence[float], limit: int) -> dict[str, float]:
        """Return the nearest entries of a locale with their cosine, nearest first.

        Nothing while a Chroma server is away: search goes on by words alone.
        """
        try:
            return self._nearest(locale, vector, limit)
        except TROUBLE as error:
            if not self._served:
                raise
            if (now := time.monotonic()) - self._told > _TELL_SECONDS:
                self._told = now
                logger.warning("chroma_away", error=type(error).__name__)
            return {}

    def _nearest(self, locale: str, vector: Sequence[float], limit: int) -> dict[str, float]:
        shelf = self._shelf(locale)
        if shelf is None or limit < 1:
            return {}
        asked = np.asarray(vector, np.float32)[None, :]
        found = shelf.query(query_embeddings=asked, n_results=limit, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return {e: 1.0 - float(d) for e, d in zip(found["ids"][0], distances, strict=True)}

    def count(self, locale: str) -> int:
        """Return how many entries a locale has; 0 for a language without any."""
        shelf = self._shelf(locale)
        return 0 if shelf is None else int(shelf.count())

    def close(self) -> None:
        """Give the files back; nothing can be searched afterwards."""
        self._open.clear()
        _close(self._client)

    def _shelf(self, locale: str) -> Shelf | None:
        if locale not in self._open:
            try:
                self._open[locale] = self._client.get_collection(
                    self._name(locale), embedding_function=None
                )
            except NotFoundError:
                return None
        return self._open[locale]

    def _name(self, locale: str) -> str:
        return f"{self._place}{re.sub(r'[^A-Za-z0-9]', '-', locale)}-{self._schema}"


def forget(server: str, generations: Collection[str]) -> None:
    """Remove what a Chroma server holds of these generations; nothing without a server.

    One that is away keeps it until the next build.
    """
    if not server or not generations:
        return
    places = tuple(_place(one) for one in generations)
    try:
        client = _served(server)
        try:
            for shelf in client.list_collections():
                if shelf.name.startswith(places):
                    client.delete_collection(shelf.name)
        finally:
            _close(client)
    except (*TROUBLE, VectorsUnavailable) as error:
        logger.warning("chroma_not_cleared", error=type(error).__name__)


def server_version(server: str) -> str:
    """Return the version of the Chroma server; VectorsUnavailable when it does not answer."""
    try:
        found = httpx.get(f"{server.rstrip('/')}/api/v2/version", timeout=SECONDS)
        found.raise_for_status()
    except httpx.HTTPError as error:
        raise VectorsUnavailable(_without_password(server), str(error)) from error
    return str(found.json())


def _place(generation: str) -> str:
    return f"handrail-{generation}-"


def _embedded(folder: Path) -> "Client":
    folder.mkdir(parents=True, exist_ok=True)
    quiet = Settings(anonymized_telemetry=False, is_persistent=True, chroma_otel_granularity=None)
    return cast("Client", chromadb.PersistentClient(str(folder), settings=quiet))


def _served(server: str) -> "Client":
    """A client of a Chroma server that is known to answer: its own first call has no time limit."""
    server_version(server)
    address = urlsplit(server)
    headers = {}
    if address.username:
        said = f"{unquote(address.username)}:{unquote(address.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(said.encode()).decode()}"
    tls = address.scheme == "https"
    try:
        made = chromadb.HttpClient(
            host=address.hostname or "",
            port=address.port or (443 if tls else 80),
            ssl=tls,
            headers=headers,
            settings=Settings(anonymized_telemetry=False, chroma_otel_granularity=None),
        )
    except (*TROUBLE, ValueError) as error:
        raise VectorsUnavailable(_without_password(server), str(error)) from error
    # Chroma gives its calls no time limit, and a question must not wait for ever.
    if (session := _session(made)) is not None:
        session.timeout = httpx.Timeout(SECONDS)
    return cast("Client", made)


def _close(client: "Client") -> None:
    for one in (client, getattr(client, "_admin_client", None)):
        if (session := _session(one)) is not None:
            session.close()  # which Chroma leaves open
    client.close()


def _session(client: object) -> httpx.Client | None:
    """The connections of a server's client; an embedded one has none."""
    server = getattr(client, "_server", None)
    found: httpx.Client | None = getattr(server, "_session", None)
    return found


def _without_password(server: str) -> str:
    address = urlsplit(server)
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}"


@dataclass(frozen=True, slots=True)
class Delta:
    """What a generation has and its base has not: few entries, compared one by one."""

    entries: Mapping[str, tuple[str, ...]]  # locale → entries
    rows: Mapping[str, Matrix]  # locale → one row per entry

    def save(self, file: Path) -> None:
        """Write the entries and their vectors into a file."""
        parts: dict[str, NDArray[np.generic]] = {}
        for locale, entries in self.entries.items():
            parts[f"entries {locale}"] = np.array(entries, np.str_)
            parts[f"rows {locale}"] = self.rows[locale]
        np.savez(file, allow_pickle=False, **parts)

    @classmethod
    def load(cls, file: Path) -> "Delta":
        """Return what `save` wrote; empty if there is no file."""
        if not file.is_file():
            return cls({}, {})
        with np.load(file, allow_pickle=False) as kept:
            locales = [name.removeprefix("rows ") for name in kept if name.startswith("rows ")]
            return cls(
                {code: tuple(map(str, kept[f"entries {code}"])) for code in locales},
                {code: kept[f"rows {code}"] for code in locales},
            )

    def nearest(self, locale: str, vector: Sequence[float]) -> dict[str, float]:
        """Return the cosine of every entry of a locale."""
        if locale not in self.rows:
            return {}
        cosines = self.rows[locale] @ np.asarray(vector, np.float32)
        return dict(zip(self.entries[locale], cosines.tolist(), strict=True))


def question_name(article_id: str, place: int) -> str:
    """Return the stable name of an article's title (place 0) or question among the vectors.

    `ranking.question_entry` counts through all articles, so it changes when another article does.
    """
    return f"?{place}?{article_id}"


def article_of(name: str) -> str:
    """Return the article that a stable name belongs to."""
    if name.startswith("?"):
        return name[1:].split("?", 1)[1]
    return name.rsplit(".", 2)[0]  # article.locale.anchor; neither of the last two has a dot


class Nearest:
    """Both parts as one: the base without what was changed or removed, and the delta.

    Gives entries as the ranking names them (`starts`: locale → article → its first question's
    number). The base alone decides nothing: an entry counts if its article is not `masked`.
    """

    def __init__(
        self,
        base: Vectors,
        delta: Delta,
        masked: Mapping[str, Collection[str]],
        starts: Mapping[str, Mapping[str, int]],
    ) -> None:
        self._base, self._delta = base, delta
        self._masked = {code: frozenset(articles) for code, articles in masked.items()}
        self._starts = starts
        self._sizes = {code: base.count(code) for code in starts}

    def __call__(self, locale: str, vector: Sequence[float], limit: int) -> Mapping[str, float]:
        """Return the nearest entries with their cosine, nearest first."""
        near = [*self._of_base(locale, vector, limit), *self._delta.nearest(locale, vector).items()]
        near.sort(key=lambda one: -one[1])
        return {self._entry(locale, name): cosine for name, cosine in near[:limit]}

    def _of_base(self, locale: str, vector: Sequence[float], limit: int) -> list[tuple[str, float]]:
        masked = self._masked.get(locale, frozenset())
        size = self._sizes.get(locale, 0)
        asked = min(size, limit + (_SPARE if masked else 0))
        while True:
            found = self._base.nearest(locale, vector, asked)
            live = [(e, c) for e, c in found.items() if not masked or article_of(e) not in masked]
            if len(live) >= limit or asked >= size:
                return live
            asked = min(size, 2 * asked)

    def _entry(self, locale: str, name: str) -> str:
        if not name.startswith("?"):
            return name
        place, article = name[1:].split("?", 1)
        return question_entry(self._starts[locale][article] + int(place))
