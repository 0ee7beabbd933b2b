"""`handrail eval handoff`: when people are called, measured on labelled conversations."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.settings import Settings, load

if TYPE_CHECKING:  # the models load slowly, and other commands do not need them
    from handoff.observed import Vector

COLUMNS = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "macro_f1": "macro-F1",
    "auc": "AUC",
    "gt1": "GT-I",
    "gt2": "GT-II",
    "gt3": "GT-III",
    "n": "turns",
    "positives": "positives",
}
"""Key of a figure → what stands above it."""


def handoff(
    dialogues: Annotated[
        Path,
        typer.Option(help="Conversations: JSON lines with id, language and turns, with labels."),
    ],
    language: Annotated[
        str | None, typer.Option(help="Only those of this language; zh means both scripts.")
    ] = None,
    half: Annotated[
        str | None, typer.Option(help="Only those whose `half` is this, such as held_out.")
    ] = None,
    hold: Annotated[
        bool,
        typer.Option("--hold", help="A person once called stays called until an agent speaks."),
    ] = False,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Without the embedding model.")
    ] = False,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            envvar="HANDRAIL_HOME",
            show_default="var",
            help="Folder with all state; only its embedding model is used.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """When people are called: each label of a file of conversations, at the shipped settings.

    Every customer turn is decided from the texts up to it. GT-I to GT-III are Golden Transfer
    within Tolerance of 1, 2 and 3 turns (Liu et al. 2021): they forgive too many transfers, so
    read them beside F1.
    """
    from handoff.evaluation import figures, replay
    from handoff.evaluation.dialogues import LABELS, read

    settings = load(home)
    found = read(dialogues, language, half)
    embed = None if words_only or not _english(found) else _embed(settings)
    judged = replay.judged(found, settings.handoff, embed, hold=hold)
    report = {name: figures.figures(judged[name]) for name in LABELS if name in judged}
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    table = Table("label", *COLUMNS.values())
    for name, row in report.items():
        table.add_row(name, *(_shown(row[key]) for key in COLUMNS))
    Console().print(table)


def _english(dialogues: list[Any]) -> bool:
    return any(dialogue.language.split("-")[0] == "en" for dialogue in dialogues)


def _embed(settings: Settings) -> "Callable[[str], Vector]":
    """The packaged model, whatever is set: the weights were learned with its vectors."""
    import numpy as np

    from retrieval import embedding

    model = embedding.load(embedding.PACKAGED, settings.home)
    return lambda text: np.asarray(model.embed_query(text), np.float32)


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "–" if value is None else str(value)
