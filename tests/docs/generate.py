"""Writes docs/settings.md and docs/cli.md from the code: `python -m tests.docs.generate`."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from typer.main import get_command

from bot.cli import app
from bot.settings import Settings

DOCS = Path(__file__).resolve().parents[2] / "docs"
_MADE = "<!-- Made from the code by `python -m tests.docs.generate`; do not edit by hand. -->"
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}

_SETTINGS = f"""{_MADE}
# Settings

Every setting has a default, so Handrail starts with none of them set.

A setting is an environment variable, or a line of one TOML file that `HANDRAIL_CONFIG` names.
An environment variable wins over the file.
A name that Handrail does not know is refused at the start, so a typing mistake is not overlooked.

In the environment a list or a table is JSON: `HANDRAIL_WEB__ALLOWED_ORIGINS='["https://a.example"]'`.
A time span is written as `PT30S`, `PT5M`, `PT24H` or as `00:00:30`.
Two underscores stand between section and name.

The same in the file:

```toml
home = "/srv/handrail"

[web]
allowed_origins = ["https://www.example.com"]

[handoff]
claim_lease = "PT90S"
```

A table that you set replaces the default table as a whole.
"""

_CLI = f"""{_MADE}
# Commands

`handrail` is the command; `python -m bot` is the same.
Every command knows `--help`.

| exit code | means |
|---|---|
| 0 | done |
| 1 | refused; one line on the error output says why and what to do |
| 2 | wrong usage: an unknown command, option or value |
| 130 | stopped with Ctrl-C |
"""


def pages() -> dict[str, str]:
    """File name in docs/ → the text it must have."""
    return {"settings.md": settings_page(), "cli.md": cli_page()}


def settings_page() -> str:
    """Every setting: name, default, bounds, sentence."""
    lone, sections = _split(Settings)
    parts = [_SETTINGS, "## General\n", _table([((name,), field) for name, field in lone])]
    for name, section in sections:
        head = (section.__doc__ or "").strip().splitlines()[0]
        rows = [((name, key), field) for key, field in section.model_fields.items()]
        parts += [f"## `{name}`\n\n{head}\n", _table(rows)]
    return "\n".join(parts)


def every_setting() -> Iterator[tuple[str, FieldInfo]]:
    """(environment variable, field) of everything that can be set."""
    lone, sections = _split(Settings)
    for name, field in lone:
        yield _variable((name,)), field
    for name, section in sections:
        for key, field in section.model_fields.items():
            yield _variable((name, key)), field


def cli_page() -> str:
    """Every command with its arguments and options."""
    parts = [_CLI]
    for path, command in every_command():
        level = "##" if len(path) == 1 else "###"
        usage = " ".join(["handrail", *path, *_usage(command)])
        parts.append(f"{level} `handrail {' '.join(path)}`\n\n{_plain(command.help)}\n")
        if getattr(command, "commands", None) and not command.invoke_without_command:
            continue
        parts.append(f"```\n{usage}\n```\n")
        rows = [_parameter(one) for one in command.params]
        parts.append("\n".join(["| | default | means |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def every_command(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[Any]:
    """(path, command) of every command below `handrail`, groups first."""
    command = get_command(app) if command is None else command
    if path:
        yield path, command
    for name, sub in getattr(command, "commands", {}).items():
        yield from every_command(sub, (*path, name))


def _split(
    model: type[BaseModel],
) -> tuple[list[tuple[str, FieldInfo]], list[tuple[str, type[BaseModel]]]]:
    lone, sections = [], []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            sections.append((name, kind))
        else:
            lone.append((name, field))
    return lone, sections


def _variable(path: tuple[str, ...]) -> str:
    return "HANDRAIL_" + "__".join(part.upper() for part in path)


def _table(rows: list[tuple[tuple[str, ...], FieldInfo]]) -> str:
    lines = ["| variable | default | allowed | what it does |", "|---|---|---|---|"]
    for path, field in rows:
        shown = _default(field.get_default(call_default_factory=True))
        says = (field.description or "").replace("\n", " ")
        lines.append(f"| `{_variable(path)}` | {shown} | {_allowed(field)} | {says} |")
    return "\n".join(lines) + "\n"


def _default(value: Any) -> str:
    if value is None or isinstance(value, SecretStr) or value == "":
        return "–"
    if isinstance(value, timedelta):
        return f"`{_span(value)}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict | list | tuple):
        return f"`{json.dumps(value, ensure_ascii=False)}`"
    return f"`{value}`"


def _span(value: timedelta) -> str:
    seconds = value.total_seconds()
    for unit, size in (("H", 3600), ("M", 60)):
        if seconds >= size and seconds % size == 0:
            return f"PT{seconds / size:g}{unit}"
    return f"PT{seconds:g}S"


def _allowed(field: FieldInfo) -> str:
    bounds = [
        f"{words} {_span(limit) if isinstance(limit, timedelta) else f'{limit:g}'}"
        for rule in field.metadata
        for name, words in _BOUNDS.items()
        if (limit := getattr(rule, name, None)) is not None
    ]
    return ", ".join(bounds)


def _usage(command: Any) -> list[str]:
    words = ["[OPTIONS]"]
    for one in command.params:
        if not one.opts[0].startswith("-"):
            words.append(one.name.upper())
        elif one.required:
            words.append(f"{one.opts[0]} …")
    return words


def _parameter(one: Any) -> str:
    option = one.opts[0].startswith("-")
    name = one.opts[0] if option else one.name.upper()
    flag = option and one.is_flag
    default = one.show_default if isinstance(one.show_default, str) else one.default
    shown = "required" if one.required else ("off" if flag else _default(default))
    if isinstance(default, str) and default and not one.required:
        shown = f"`{default}`"
    says = [one.help or _HELP.get(name, "")]
    if one.envvar:
        says.append(f"Also `{one.envvar}`.")
    if option and one.multiple:
        says.append("May be given several times.")
    return f"| `{name}` | {shown} | {_plain(' '.join(part for part in says if part))} |"


_HELP = {"--home": "Folder with all state.", "--next-update-minutes": "When news is due next."}
"""Said here where the same option of another command, or its name, says it already."""


def _plain(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
