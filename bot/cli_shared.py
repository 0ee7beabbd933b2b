"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ModelHome = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="HANDRAIL_HOME",
        show_default="var",
        help="Folder with all state; only its embedding model is used.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
