"""The model behind LangChain's interface, for a program that is built on that.

In a file of its own: LangChain takes a tenth of a second and some memory, and search needs none
of it.
"""

from langchain_core.embeddings import Embeddings

from retrieval.embedding import Embedder


class LangChainEmbeddings(Embeddings):
    """Any of our models as LangChain's `Embeddings`, for its vector stores and retrievers."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector of length 1 per text, in order."""
        return self._embedder.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question, of length 1."""
        return self._embedder.embed_query(text)
