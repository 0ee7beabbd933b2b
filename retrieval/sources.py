"""Where articles come from: each source, its runs, and which document became which article."""

import os
import socket
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import RowMapping, and_, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from retrieval.articles import ArticleDraft
from retrieval.defaults import Defaults
from retrieval.errors import AlreadyImporting, UnknownSource
from retrieval.tables import articles, category_names, source_documents, sources

Kind = Literal["folder", "zip", "upload", "web", "zendesk", "intercom"]
State = Literal["present", "missing", "removed", "kept"]
"""At its source · gone there, removal proposed · removed here too · gone there, kept here."""
LEASE = timedelta(minutes=5)
"""An import that gave no sign of life for so long no longer blocks the next one."""
_PROCESS = uuid.uuid4().hex[:8]


@dataclass(frozen=True, slots=True)
class Source:
    """A place that articles come from, and what its last run brought."""

    name: str
    kind: Kind
    address: str
    defaults: Defaults
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: Literal["done", "cancelled", "failed"] | None = None
    """None: it never ran, runs now, or its program died."""
    error: str | None = None
    warning: str | None = None
    counts: tuple[tuple[str, int], ...] = ()
    busy: bool = False
    missing: int = 0
    """Documents that are gone at the source, and wait for somebody to confirm the removal."""
    proposed: int = 0
    """Documents that are newer at the source, but were edited here."""


@dataclass(frozen=True, slots=True)
class Held:
    """A document of a source, and the article that it became."""

    source: str
    source_id: str
    locale: str
    name: str
    article_id: str
    version: int
    published: bool
    content_hash: str
    translation_key: str | None
    etag: str | None
    url: str | None
    seen_at: datetime
    state: State
    proposed: ArticleDraft | None
    """What the source has now, where the article was edited here since."""

    @property
    def key(self) -> tuple[str, str]:
        """What names it within its source."""
        return self.source_id, self.locale


def listing(tx: Connection, now: datetime) -> list[Source]:
    """Return every source by name."""
    rows = tx.execute(select(sources).order_by(sources.c.name)).mappings()
    waiting = _waiting(tx)
    return [_source(row, now, waiting.get(row["name"], (0, 0))) for row in rows]


def get(tx: Connection, name: str, now: datetime) -> Source:
    """Return a source; UnknownSource if there is none."""
    row = tx.execute(select(sources).where(sources.c.name == name)).mappings().one_or_none()
    if row is None:
        raise UnknownSource(name)
    return _source(row, now, _waiting(tx).get(name, (0, 0)))


def named(tx: Connection, kind: Kind, address: str, wanted: str) -> str:
    """Return the name of the source at this address, or one for it that is free."""
    query = select(sources.c.name).where(sources.c.kind == kind, sources.c.address == address)
    known: str | None = tx.execute(query).scalar()
    if known is not None:
        return known
    taken = set(tx.execute(select(sources.c.name)).scalars())
    wanted = wanted.strip()[:120] or kind
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return next(one for one in (wanted, *numbered) if one not in taken)


def problems(tx: Connection, name: str) -> list[dict[str, str]]:
    """Return what the last import refused, skipped or left alone: name, result, reason."""
    found = tx.execute(select(sources.c.problems).where(sources.c.name == name)).scalar()
    return list(found or [])


def etags(tx: Connection, name: str, given: Defaults) -> dict[str, str]:
    """Return what a source called the state of its documents when they were taken over.

    Empty when other defaults hold now: then every document has to be looked at again.
    """
    options = tx.execute(select(sources.c.options).where(sources.c.name == name)).scalar()
    if options != given.wire():
        return {}
    return {d.source_id: d.etag for d in documents(tx, name) if d.etag and d.state == "present"}


def begin(
    tx: Connection, name: str, kind: Kind, address: str, defaults: Defaults, now: datetime
) -> None:
    """Note that an import of this source begins; AlreadyImporting while another one runs."""
    query = select(sources.c.busy_until, sources.c.runner).where(sources.c.name == name)
    row = tx.execute(query).one_or_none()
    busy = row is not None and row.busy_until is not None and row.busy_until > now
    if row is not None and busy and _alive(row.runner):
        raise AlreadyImporting(name)
    values = {
        "kind": kind, "address": address, "options": defaults.wire(), "started_at": now,
        "finished_at": None, "outcome": None, "error": None, "warning": None, "counts": {},
        "problems": [], "busy_until": now + LEASE, "runner": _me(),
    }  # fmt: skip
    if row is None:
        tx.execute(insert(sources).values(name=name, created_at=now, **values))
    else:
        tx.execute(update(sources).where(sources.c.name == name).values(**values))


def beat(tx: Connection, name: str, counts: dict[str, int], now: datetime) -> None:
    """Say that the import is alive, and how far it is."""
    values = {"busy_until": now + LEASE, "counts": counts}
    tx.execute(update(sources).where(sources.c.name == name).values(**values))


def finish(
    tx: Connection, name: str, outcome: str, now: datetime, *,
    counts: dict[str, int], problems: list[dict[str, str]],
    warning: str | None = None, error: str | None = None,
) -> None:  # fmt: skip
    """Note how the import ended."""
    values: dict[str, Any] = {
        "outcome": outcome, "finished_at": now, "busy_until": None, "runner": None,
        "counts": counts, "warning": warning, "error": error, "problems": problems,
    }  # fmt: skip
    tx.execute(update(sources).where(sources.c.name == name).values(**values))


def forget(tx: Connection, name: str) -> None:
    """Forget a source; its articles stay, as if they were written here. UnknownSource."""
    if not tx.execute(delete(sources).where(sources.c.name == name)).rowcount:
        raise UnknownSource(name)
    tx.execute(delete(source_documents).where(source_documents.c.source == name))


def documents(tx: Connection, name: str) -> list[Held]:
    """Return every document of a source, by its id there."""
    query = (
        select(source_documents)
        .where(source_documents.c.source == name)
        .order_by(source_documents.c.source_id, source_documents.c.locale)
    )
    return [_held(row) for row in tx.execute(query).mappings()]


def find(tx: Connection, name: str, source_id: str, locale: str) -> Held | None:
    """Return what we hold of one document, None if it is new."""
    row = tx.execute(select(source_documents).where(_is(name, source_id, locale))).mappings()
    found = row.one_or_none()
    return None if found is None else _held(found)


def of_article(tx: Connection, article_id: str, locale: str) -> Held | None:
    """Return the document that an article follows; None if it is written here."""
    query = select(source_documents).where(
        source_documents.c.article_id == article_id,
        source_documents.c.locale == locale,
        source_documents.c.state != "removed",
    )
    row = tx.execute(query).mappings().first()
    return None if row is None else _held(row)


def translations(tx: Connection, name: str, translation_key: str) -> list[Held]:
    """Return the documents of a source that are translations of one page."""
    query = select(source_documents).where(
        source_documents.c.source == name,
        source_documents.c.translation_key == translation_key,
    )
    return [_held(row) for row in tx.execute(query).mappings()]


def store(tx: Connection, held: Held) -> None:
    """Write down what we hold of a document."""
    values = {f.name: getattr(held, f.name) for f in fields(Held)}
    values["proposed"] = None if held.proposed is None else _json(held.proposed)
    drop(tx, held)
    tx.execute(insert(source_documents).values(**values))


def drop(tx: Connection, held: Held) -> None:
    """Forget a document; its article stays."""
    mine = _is(held.source, held.source_id, held.locale)
    tx.execute(delete(source_documents).where(mine))


def set_state(tx: Connection, held: Held, state: State) -> None:
    """Note what became of a document."""
    mine = _is(held.source, held.source_id, held.locale)
    tx.execute(update(source_documents).where(mine).values(state=state))


def settle(tx: Connection, held: Held, version: int | None) -> None:
    """Close a proposal; `version` is the article's that followed from it, None if declined."""
    values: dict[str, Any] = {"proposed": None}
    if version is not None:
        values |= {"version": version, "published": True}
    mine = _is(held.source, held.source_id, held.locale)
    tx.execute(update(source_documents).where(mine).values(**values))


def name_category(tx: Connection, category: str, sub: str, locale: str, name: str) -> None:
    """Remember how a source calls a category in one language."""
    here = (category_names.c.category == category) & (category_names.c.subcategory == sub)
    names = tx.execute(select(category_names.c.names).where(here)).scalar()
    if names is None:
        tx.execute(
            insert(category_names).values(
                category=category, subcategory=sub, names={locale: name}
            )
        )  # fmt: skip
    elif names.get(locale) != name:
        tx.execute(update(category_names).where(here).values(names={**names, locale: name}))


def category_listing(tx: Connection) -> dict[tuple[str, str], dict[str, str]]:
    """Return the names that sources gave: (category, subcategory or empty) → locale → name."""
    rows = tx.execute(select(category_names))
    return {(row.category, row.subcategory): dict(row.names) for row in rows}


def _waiting(tx: Connection) -> dict[str, tuple[int, int]]:
    """How many removals and how many proposals of each source wait for somebody."""
    gone = source_documents.c.state == "missing"
    newer = source_documents.c.proposed.is_not(None)
    query = (
        select(source_documents.c.source, func.count().filter(gone), func.count().filter(newer))
        .where(or_(gone, newer))
        .group_by(source_documents.c.source)
    )
    return {source: (missing, proposed) for source, missing, proposed in tx.execute(query)}


def _is(source: str, source_id: str, locale: str) -> Any:
    table = source_documents.c
    return and_(table.source == source, table.source_id == source_id, table.locale == locale)


def _source(row: RowMapping, now: datetime, waiting: tuple[int, int]) -> Source:
    known = {f.name for f in fields(Defaults)}
    return Source(
        name=row["name"],
        kind=row["kind"],
        address=row["address"],
        defaults=Defaults(**{k: v for k, v in row["options"].items() if k in known}),
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        outcome=row["outcome"],
        error=row["error"],
        warning=row["warning"],
        counts=tuple(sorted(row["counts"].items())),
        busy=row["busy_until"] is not None and row["busy_until"] > now and _alive(row["runner"]),
        missing=waiting[0],
        proposed=waiting[1],
    )


def _held(row: RowMapping) -> Held:
    values = {f.name: row[f.name] for f in fields(Held)}
    values["proposed"] = None if row["proposed"] is None else draft_from(row["proposed"])
    return Held(**values)


def _json(draft: ArticleDraft) -> dict[str, Any]:
    return asdict(draft) | {"updated": draft.updated.isoformat()}


def draft_from(written: dict[str, Any]) -> ArticleDraft:
    """Return the draft that was kept as a proposal."""
    lists = {name: tuple(written[name]) for name in ("components", "questions")}
    return ArticleDraft(**{**written, **lists, "updated": date.fromisoformat(written["updated"])})


def _me() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{_PROCESS}"


def _alive(runner: str) -> bool:
    """Whether the program that imports may still run; one on another machine may."""
    host, _, rest = runner.rpartition(":")[0].rpartition(":")
    mark = runner.rpartition(":")[2]
    if host != socket.gethostname()[:40] or not rest.isdigit():
        return True
    if int(rest) == os.getpid():
        return mark == _PROCESS
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def pulled(tx: Connection, held: Held) -> bool:
    """Whether somebody here has pulled the article that the source published."""
    query = select(articles.c.published_version).where(
        articles.c.id == held.article_id, articles.c.locale == held.locale
    )
    return held.published and tx.execute(query).scalar() is None
