"""`handrail train`: make the packaged models anew from sets with labels."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import cli_own
from bot.cli_shared import ModelHome
from bot.errors import SetupError
from bot.settings import load
from bot.setup import data_folder

Data = Annotated[
    Path | None,
    typer.Option(
        help="Folder with the sets, each in a folder of its name (see docs/handoff-model.md)."
    ),
]
Marked = Annotated[
    Path | None,
    typer.Option(help="Folder with messages marked by hand; only their half dev is learned."),
]
Talks = Annotated[
    Path | None,
    typer.Option(
        help="Folder with labelled conversations: learn the weights of the decision as well."
    ),
]
Find = Annotated[
    float,
    typer.Option(
        min=0, max=1, help="With --own: the share of those who need a person to be found."
    ),
]
Own = Annotated[
    bool,
    typer.Option(
        "--own",
        help="Train nothing: choose from which probability on a person is called, by this "
        "installation's past conversations.",
    ),
]
train_app = typer.Typer(help="Train the packaged models anew.", no_args_is_help=True)


@train_app.callback()
def _group() -> None:
    """Train the packaged models anew."""


@train_app.command("handoff")
def train_handoff(
    data: Data = None,
    marked: Marked = None,
    conversations: Talks = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; default: the packaged ones.")
    ] = None,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Learn without the embedding model.")
    ] = False,
    measure: Annotated[
        bool, typer.Option(help="Say what each model reaches on texts it has not seen.")
    ] = True,
    own: Own = False,
    find: Find = 0.9,
    limit: Annotated[
        float | None, typer.Option(help="With --own: this limit, whatever the curve says.")
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="With --own: let the setting decide again.")
    ] = False,
    home: ModelHome = None,
) -> None:
    """Train the models that read customers' messages; the same sets give the same files.

    With --own nothing is trained: the limit from which a person is called is chosen anew.
    """
    if own == (data is not None):
        raise SetupError("Say what to learn from: either --data FOLDER or --own.")
    if data is None:
        settings = load(home)
        point = cli_own.choose(settings, limit=limit, find=find, reset=reset, words_only=words_only)
        typer.echo(cli_own.told(point))
        return
    _train(data, marked, conversations, out, home, words_only=words_only, measure=measure)


def _train(
    data: Path,
    marked: Path | None,
    conversations: Path | None,
    out: Path | None,
    home: Path | None,
    *,
    words_only: bool,
    measure: bool,
) -> None:
    from handoff.learned import model
    from handoff.training import deciding, making
    from handoff.training.tasks import Sets

    target = out or model.FOLDER
    embed = None if words_only else _embed(load(home).home)
    sets = Sets(data, marked, data_folder() / "articles")
    making.train(sets, target, embed, typer.echo, measure=measure)
    if conversations is None:
        return
    one = (lambda text: embed([text])[0]) if embed is not None else None
    learned = deciding.learn(conversations, one)
    weights = {label: found[0] for label, found in learned.items()}
    deciding.write(weights, target / "decision.json", "Handrail's own conversations, Apache-2.0")
    for label, (_, turns, yes) in learned.items():
        typer.echo(f"decision, {label}: {turns} turns ({yes} yes)")


def _embed(home: Path) -> Any:
    """The packaged embedding model, whatever the home is set to: the weights belong to it."""
    import numpy as np

    from retrieval import embedding

    model = embedding.load(embedding.PACKAGED, home)
    known: dict[str, Any] = {}

    def embed(texts: Sequence[str]) -> Any:
        # One at a time, as beside an answer: a small graph rounds by what else is in the batch.
        known.update((text, model.vectors([text])[0]) for text in set(texts) - known.keys())
        return np.array([known[text] for text in texts], np.float32)

    return embed
