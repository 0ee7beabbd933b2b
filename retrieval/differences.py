"""What differs between two generations, and what was found when one of them was checked."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.engine import Connection

from retrieval import contents
from retrieval.contents import Contents, Key
from retrieval.errors import GenerationGone
from retrieval.store import Transactions
from retrieval.tables import passages
from retrieval.updating import between
from retrieval.verifying import Checks, Compared

Kind = Literal["added", "changed", "removed"]
_SUFFIX = ".checks.json"


@dataclass(frozen=True, slots=True)
class Article:
    """One article that differs; passages count as the same when their words are."""

    id: str
    locale: str
    title: str
    change: Kind
    passages_added: int
    passages_removed: int


@dataclass(slots=True)
class InLanguage:
    """How much differs in one language."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    passages_added: int = 0
    passages_removed: int = 0


@dataclass(frozen=True, slots=True)
class Differences:
    """What leads from one generation to another, by language and article by article."""

    before: str | None
    after: str
    languages: dict[str, InLanguage] = field(default_factory=dict)
    articles: list[Article] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Held:
    """An article as a generation has it."""

    title: str
    texts: Counter[str]


def differences(store: Transactions, root: Path, before: str | None, after: str) -> Differences:
    """Return what `after` has otherwise than `before`; None is an index that holds nothing.

    GenerationGone where the files of one of them are no longer kept.
    """
    new = _contents(root, after)
    old = None if before is None else _contents(root, before)
    since = between({} if old is None else old.marks, new.marks)
    was = {} if old is None else _held(store, before or "", old, since.changed | since.removed)
    now = _held(store, after, new, since.changed)
    found = Differences(before, after)
    for key in sorted(since.changed | since.removed, key=lambda one: (one[1], one[0])):
        line = _line(key, was.get(key), now.get(key))
        if line is not None:
            found.articles.append(line)
            _count(found.languages.setdefault(line.locale, InLanguage()), line)
    return found


def save(root: Path, generation: str, checks: Checks) -> None:
    """Keep what was found, beside the folder that goes away when a build fails."""
    text = json.dumps(asdict(checks), ensure_ascii=False)
    (root / f"{generation}{_SUFFIX}").write_text(text, "utf-8")


def load(root: Path, generation: str) -> Checks | None:
    """Return what was found when this generation was checked; None if it never came so far."""
    try:
        read = json.loads((root / f"{generation}{_SUFFIX}").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Checks(
        read["titles"],
        tuple(
            Compared(
                **one
                | {name: tuple(one[name]) for name in ("first_before", "first_after") if one[name]}
            )
            for one in read["questions"]
        ),
        tuple(read["failures"]),
    )


def forget(root: Path, known: Iterable[str]) -> None:
    """Remove what was found of generations that nobody knows any more."""
    kept = {f"{one}{_SUFFIX}" for one in known}
    for path in root.glob(f"*{_SUFFIX}"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _contents(root: Path, generation: str) -> Contents:
    found = contents.load(root, generation)
    if found is None:
        raise GenerationGone(generation)
    return found


def _held(
    store: Transactions, generation: str, of: Contents, keys: Iterable[Key]
) -> dict[Key, _Held]:
    wanted = frozenset(keys)
    found: dict[Key, _Held] = {}
    for owner in dict.fromkeys((of.base, generation)):
        mine = {key for key in wanted if (key in of.changed) == (owner == generation)}
        if mine:
            found |= store.read(_reading(owner, mine))
    return found


def _reading(generation: str, keys: set[Key]) -> Callable[[Connection], dict[Key, _Held]]:
    return lambda tx: _read(tx, generation, keys)


def _read(tx: Connection, generation: str, keys: set[Key]) -> dict[Key, _Held]:
    """The titles and hashes alone: the words of a whole index would be many megabytes."""
    columns = [
        passages.c[name] for name in ("article_id", "locale", "ordinal", "title", "content_hash")
    ]
    found: dict[Key, _Held] = {}
    for row in tx.execute(select(*columns).where(passages.c.generation == generation)):
        key = (row.article_id, row.locale)
        if key in keys:
            held = found.setdefault(key, _Held(row.title, Counter()))
            held.texts[row.content_hash] += 1
    return found


def _line(key: Key, was: _Held | None, now: _Held | None) -> Article | None:
    shown = now or was
    if shown is None:
        return None
    before, after = (one.texts if one is not None else Counter[str]() for one in (was, now))
    change: Kind = "added" if was is None else "removed" if now is None else "changed"
    added, removed = (after - before).total(), (before - after).total()
    return Article(*key, shown.title, change, added, removed)


def _count(of: InLanguage, line: Article) -> None:
    setattr(of, line.change, getattr(of, line.change) + 1)
    of.passages_added += line.passages_added
    of.passages_removed += line.passages_removed
