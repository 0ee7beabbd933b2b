"""Entries by meaning: one ChromaDB per generation, a collection per locale."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import chromadb
from chromadb.api.client import Client
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

BATCH = 500


class Vectors:
    """The vectors of one generation; holds public help texts only, never a customer's words."""

    def __init__(self, folder: Path, embedder: Embeddings, schema: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._embedder = embedder
        self._schema = hashlib.sha256(schema.encode()).hexdigest()[:12]
        quiet = Settings(anonymized_telemetry=False, is_persistent=True)
        self._client = cast("Client", chromadb.PersistentClient(str(folder), settings=quiet))
        self._open: dict[str, Chroma] = {}

    def add(
        self, locale: str, texts: Mapping[str, str], known: Mapping[str, Sequence[float]]
    ) -> Iterator[int]:
        """Store texts by id, with their vectors from `known` by id; yield how many are in."""
        ids = list(texts)
        store = self._collection(locale, _Prepared({texts[i]: known[i] for i in ids}))
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            store.add_texts([texts[i] for i in batch], ids=batch)
            yield start + len(batch)

    def nearest(self, locale: str, vector: Sequence[float], limit: int) -> dict[str, float]:
        """Return the nearest entries of a locale with their cosine, nearest first."""
        store = self._collection(locale, self._embedder)
        found = store.similarity_search_by_vector_with_relevance_scores(
            list(vector), k=max(1, limit)
        )
        return {str(document.id): 1.0 - distance for document, distance in found}

    def count(self, locale: str) -> int:
        """Return how many entries a locale has."""
        held: int = self._client.get_collection(self._name(locale), embedding_function=None).count()
        return held

    def close(self) -> None:
        """Give the files back; nothing can be searched afterwards."""
        self._open.clear()
        self._client.close()

    def _name(self, locale: str) -> str:
        return f"handrail-{re.sub(r'[^A-Za-z0-9]', '-', locale)}-{self._schema}"

    def _collection(self, locale: str, embedder: Embeddings) -> Chroma:
        known = self._open.get(locale)
        if known is not None and embedder is self._embedder:
            return known
        store = Chroma(
            collection_name=self._name(locale),
            embedding_function=embedder,
            client=self._client,
            collection_metadata={"hnsw:space": "cosine", "hnsw:search_ef": 200},
        )
        if embedder is self._embedder:
            self._open[locale] = store
        return store


class _Prepared(Embeddings):
    """Vectors that are known already: LangChain asks for them by text."""

    def __init__(self, vectors: Mapping[str, Sequence[float]]) -> None:
        self._vectors = vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [list(self._vectors[text]) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return list(self._vectors[text])
