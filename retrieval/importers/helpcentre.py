"""Reading an exported help centre: its files twice, each article once, what was left out told."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from retrieval.errors import ImportRefused
from retrieval.importers import exports
from retrieval.importers.document import Document
from retrieval.importers.exports import Fields
from retrieval.importers.refusals import Incomplete

Item = tuple[str, Document | ImportRefused]
Learn = Callable[[str, dict[str, Any]], None]
Take = Callable[[str, dict[str, Any]], Iterator[Item]]
"""Gets the name of a file and what is in it."""


def survey(path: Path, learn: Learn) -> list[ImportRefused]:
    """Let `learn` see every file before any article is made; return why the others are broken."""
    broken: list[ImportRefused] = []
    for name, page in exports.pages(path):
        if isinstance(page, ImportRefused):
            broken.append(page)
        else:
            learn(name, page)
    return broken


def articles(path: Path, broken: list[ImportRefused], *takes: Take) -> Iterator[Item]:
    """Yield what each of `takes` makes of the files, one after another, and each broken file.

    The last item is Incomplete if files were broken.
    """
    for at, take in enumerate(takes):
        for name, page in exports.pages(path):
            if not isinstance(page, ImportRefused):
                yield from take(name, page)
            elif at == 0:
                yield name, page
    if broken:
        why = f"was not read completely: {len(broken)} of its files are broken."
        yield str(path), Incomplete(str(path), None, why)


class Once:
    """Knows which documents of an export came already."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, bytes]] = {}

    def is_new(self, known: str, fields: Fields, title: str, body: str) -> bool:
        """Whether this document has not come yet; ImportRefused if it came with another text."""
        if not body.strip():
            fields.refuse("`body` is empty")
        content = hashlib.sha256(f"{title}\0{body}".encode("utf-8", "replace")).digest()
        where, first = self._seen.setdefault(known, (fields.where, content))
        if where != fields.where and first != content:
            fields.refuse(f"stands in {where} too, with another text")
        return where == fields.where
