"""`handrail train`: make the packaged models anew from sets with labels."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.settings import load

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="HANDRAIL_HOME",
        show_default="var",
        help="Folder with all state; only its embedding model is used.",
    ),
]
train_app = typer.Typer(help="Train the packaged models anew.", no_args_is_help=True)


@train_app.callback()
def _group() -> None:
    """Train the packaged models anew."""


@train_app.command("handoff")
def train_handoff(
    data: Annotated[
        Path,
        typer.Option(
            help="Folder with the sets, each in a folder of its name (see docs/handoff-model.md)."
        ),
    ],
    marked: Annotated[
        Path | None,
        typer.Option(help="Folder with messages marked by hand; only their half dev is learned."),
    ] = None,
    conversations: Annotated[
        Path | None,
        typer.Option(
            help="Folder with labelled conversations: learn the weights of the decision as well."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; default: the packaged ones.")
    ] = None,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Learn without the embedding model.")
    ] = False,
    measure: Annotated[
        bool, typer.Option(help="Say what each model reaches on texts it has not seen.")
    ] = True,
    home: Home = None,
) -> None:
    """Train the models that read customers' messages; the same sets give the same files."""
    from handoff.learned import model
    from handoff.training import deciding, making
    from handoff.training.tasks import Sets

    target = out or model.FOLDER
    embed = None if words_only else _embed(load(home).home)
    making.train(Sets(data, marked), target, embed, typer.echo, measure=measure)
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
        missing = sorted({text for text in texts if text not in known})
        known.update(zip(missing, model.vectors(missing), strict=True))
        return np.array([known[text] for text in texts], np.float32)

    return embed
