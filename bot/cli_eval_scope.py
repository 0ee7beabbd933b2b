"""`handrail eval scope`: does the bot notice a question that is outside?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli_shared import AsJson, ModelHome
from bot.errors import SetupError
from bot.settings import load

if TYPE_CHECKING:  # other commands do not need it
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.embedding import Embedder

SHOWN = {
    "examples": "examples learned from",
    "examples_outside": "of them outside",
    "intents": "intents",
    "n": "questions asked",
    "outside": "of them outside",
    "unknown_intents": "intents not learned (their questions are outside)",
    "auroc": "AUROC, outside against in scope",
    "fpr95": "in scope taken for outside, at 95 % of outside found",
    "fpr95_in_scope": "outside taken for in scope, at 95 % of in scope kept",
    "threshold": "threshold, from the examples alone",
    "in_scope_accuracy": "in scope: kept, with the right intent",
    "in_scope_accuracy_unthresholded": "in scope: right intent, threshold aside",
    "outside_recall": "outside: found",
    "outside_precision": "taken for outside: rightly",
    "mcc": "Matthews correlation over intents and outside",
}
"""Key of a figure → what stands before it."""


def scope(
    train: Annotated[
        Path,
        typer.Option(
            help="Examples: JSON lines with text and intent (null: outside), or CSV with a "
            "heading; plain or gzipped."
        ),
    ],
    test: Annotated[
        Path,
        typer.Option(
            help="Questions in the same form; an intent that --train lacks counts as outside."
        ),
    ],
    home: ModelHome = None,
    as_json: AsJson = False,
) -> None:
    """How well questions outside are told from those in scope; all is learned from --train."""
    from handoff.scope import NothingToLearn, learn
    from handoff.scope.measuring import measure
    from handoff.scope.reading import Unreadable, read_examples
    from retrieval import embedding

    settings = load(home)
    try:
        examples, asked = read_examples(train), read_examples(test)
        embed = _Embedding(embedding.load(settings.retrieval.model, settings.home))
        learned = learn(examples, embed)
        found = measure(learned, asked, embed)
    except (NothingToLearn, Unreadable) as error:
        raise SetupError(str(error)) from error
    outside = sum(one.intent is None for one in examples)
    figures = {"examples": len(examples), "examples_outside": outside, **found}
    if as_json:
        typer.echo(json.dumps(figures))
        return
    table = Table("figure", "value", box=None)
    for key, name in SHOWN.items():
        table.add_row(name, _shown(figures[key]))
    Console().print(table)


class _Embedding:
    """An embedder that works on all cores."""

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder

    def __call__(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np

        rows = np.zeros((len(texts), self._embedder.dimension), np.float32)
        for places, vectors in self._embedder.stream(texts):
            rows[places] = vectors
        return rows


def _shown(value: float | None) -> str:
    if value is None:
        return "– (needs both kinds)"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
