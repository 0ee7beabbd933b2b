"""Index generations in SQL: which exist, which is live, and who may build the next one."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from retrieval.articles import Article
from retrieval.contents import Key
from retrieval.errors import AlreadyBuilding, BuildCancelled, NothingToRollBack
from retrieval.passages import Passage
from retrieval.store import Transactions
from retrieval.tables import article_versions, articles, builder_leases, generations, passages

FINISHED = ("live", "retired", "ready")
_BUILDER = "builder"
_FEW = 500
"""Articles that are asked for by name; of more, all are read."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One build of the index; `state` is building, ready, live, retired, failed or cancelled.

    One that is ready is finished and checked, and waits for somebody to switch to it.
    `base` is the generation it adds its changes to, whose calibration it goes on with; None
    when it is whole.
    """

    id: str
    state: str
    created_at: datetime
    articles: int
    passages: int
    embedded: int
    reused: int
    model: str
    seconds: float
    error: str | None
    base: str | None = None


def listing(tx: Connection) -> list[Generation]:
    """Return all generations, the newest first."""
    newest = generations.c.created_at.desc(), generations.c.id.desc()
    rows = tx.execute(select(generations).order_by(*newest)).mappings()
    return [_generation(row) for row in rows]


def live(tx: Connection) -> Generation | None:
    """Return the generation that answers now, None before the first build."""
    query = select(generations).where(generations.c.state == "live")
    row = tx.execute(query).mappings().first()
    return None if row is None else _generation(row)


def published_marks(tx: Connection) -> dict[Key, str]:
    """Return every article that may be answered from, with a mark of its published version.

    A mark begins with the version's number and `@` (`Contents.version`).
    """
    same = and_(
        article_versions.c.id == articles.c.id,
        article_versions.c.locale == articles.c.locale,
        article_versions.c.version == articles.c.published_version,
    )
    columns = articles.c.id, articles.c.locale, article_versions.c.version
    rows = tx.execute(select(*columns, article_versions.c.saved_at).join(articles, same))
    return {(a, locale): f"{version}@{at.timestamp():.6f}" for a, locale, version, at in rows}


class Lease:
    """The right to build: one holder at a time, across processes; lost when not renewed."""

    def __init__(self, store: Transactions, span: timedelta) -> None:
        self._store = store
        self._span = span
        self._holder = uuid.uuid4().hex

    def take(self, generation: str, now: datetime) -> None:
        """Become the builder; AlreadyBuilding if somebody else is, and is alive."""
        self._store.write(_make_lease(now))
        free = or_(builder_leases.c.holder.is_(None), builder_leases.c.expires_at <= now)
        if not self._store.write(lambda tx: self._put(tx, free, generation, now)):
            raise AlreadyBuilding(self._store.read(_held_generation))

    def rename(self, generation: str) -> None:
        """Say that another generation is being built now."""
        mine = builder_leases.c.holder == self._holder
        query = update(builder_leases).where(mine).values(generation=generation)
        self._store.write(lambda tx: tx.execute(query))

    def renew(self, now: datetime) -> None:
        """Say that the builder is alive; BuildCancelled if another one took over."""
        mine = builder_leases.c.holder == self._holder
        values = {"expires_at": now + self._span}
        query = update(builder_leases).where(mine).values(**values)
        if self._store.write(lambda tx: tx.execute(query).rowcount) != 1:
            raise BuildCancelled("Another builder took over: this one was not heard of for long.")

    def check(self, tx: Connection) -> None:
        """Raise BuildCancelled unless this is still the builder, inside a transaction."""
        query = (
            update(builder_leases)
            .where(builder_leases.c.holder == self._holder)
            .values(holder=self._holder)  # locks the row until the transaction ends
        )
        if tx.execute(query).rowcount != 1:
            raise BuildCancelled("Another builder took over: this one was not heard of for long.")

    def release(self) -> None:
        """Let somebody else build."""
        mine = builder_leases.c.holder == self._holder
        query = update(builder_leases).where(mine).values(holder=None, generation=None)
        self._store.write(lambda tx: tx.execute(query))

    def _put(self, tx: Connection, free: Any, generation: str, now: datetime) -> bool:
        values = {"holder": self._holder, "generation": generation}
        query = update(builder_leases).where(builder_leases.c.name == _BUILDER, free)
        return tx.execute(query.values(**values, expires_at=now + self._span)).rowcount == 1


def start(tx: Connection, generation: str, *, model: str, analysis: str, now: datetime) -> None:
    """Write down that a build began. Builds that died before are marked as failed."""
    tx.execute(
        update(generations)
        .where(generations.c.state == "building")
        .values(state="failed", error="The builder died before it was done.")
    )
    tx.execute(
        insert(generations).values(
            id=generation, state="building", created_at=now, model=model, analysis=analysis
        )
    )


def store_passages(
    tx: Connection, generation: str, first: int, items: Iterable[tuple[Article, Passage]]
) -> None:
    """Keep passages in SQL, where they are the truth for every process."""
    rows = [
        {
            "generation": generation,
            "position": first + n,
            "version": article.version,
            "questions": list(article.questions) if passage.ordinal == 0 else [],
            **{name: getattr(passage, name) for name in _SAME},
            "components": list(passage.components),
        }
        for n, (article, passage) in enumerate(items)
    ]
    if rows:
        tx.execute(insert(passages), rows)


def load_own(
    tx: Connection, generation: str, keys: Iterable[Key] | None = None
) -> dict[Key, tuple[tuple[Passage, ...], tuple[str, ...]]]:
    """Return the passages and questions of articles that a generation holds itself, in order."""
    query = select(passages).where(passages.c.generation == generation)
    wanted = None if keys is None else set(keys)
    if wanted is not None and len(wanted) <= _FEW:
        query = query.where(passages.c.article_id.in_({article for article, _ in wanted}))
    found: dict[Key, list[Passage]] = {}
    asked: dict[Key, tuple[str, ...]] = {}
    held: dict[Any, Any] = {}
    share: Any = held.setdefault  # what many passages have in common is kept in memory once
    result = tx.execute(query.order_by(passages.c.position))
    names = list(result.keys())
    for values in result:
        row = dict(zip(names, values, strict=True))  # SQLAlchemy's mappings are slow
        key = (row["article_id"], row["locale"])
        if wanted is not None and key not in wanted:
            continue
        found.setdefault(key, []).append(
            Passage(
                **{name: row[name] for name in _SAME if name not in _SHARED},
                **{name: share(row[name], row[name]) for name in _SHARED},
                components=tuple(row["components"]),
            )
        )
        if row["ordinal"] == 0:
            asked[key] = tuple(row["questions"])
    return {key: (tuple(own), asked.get(key, ())) for key, own in found.items()}


def finish(tx: Connection, generation: str, **values: Any) -> None:
    """Write down the end of a build, or figures on the way there."""
    tx.execute(update(generations).where(generations.c.id == generation).values(**values))


def switch(tx: Connection, generation: str, now: datetime) -> None:
    """Make one generation the live one; whoever looks sees the old or the new, never none."""
    was_live = generations.c.state == "live"
    tx.execute(update(generations).where(was_live).values(state="retired"))
    chosen = update(generations).where(generations.c.id == generation)
    tx.execute(chosen.values(state="live", switched_at=now))


def rollback_target(tx: Connection, generation: str | None) -> Generation:
    """Return the named finished generation, or the latest before the live one."""
    current = live(tx)
    for known in listing(tx):
        named = generation is not None and known.id == generation
        if not (named and known.state == "ready") and (
            known.state != "retired" or not (named or generation is None)
        ):
            continue
        if generation is not None or current is None or known.created_at < current.created_at:
            return known
    raise NothingToRollBack(generation)


def outdated(tx: Connection, keep: int, base_of: Callable[[str], str | None]) -> list[str]:
    """Return the generations whose files may go: failed ones, and finished ones beyond `keep`.

    A kept generation keeps its base.
    """
    known = listing(tx)
    finished = [g for g in known if g.state in FINISHED]
    kept = {g.id for g in finished if g.state == "live"}
    for candidate in finished:
        if len(kept) < keep:
            kept.add(candidate.id)
    kept |= {base for one in kept if (base := base_of(one)) is not None}
    return [g.id for g in known if g.id not in kept and g.state != "building"]


def forget(tx: Connection, generation_ids: Sequence[str], keep_rows: int = 20) -> None:
    """Drop the passages of generations whose files are gone, and the oldest rows about them."""
    if generation_ids:
        tx.execute(delete(passages).where(passages.c.generation.in_(generation_ids)))
    old = [g.id for g in listing(tx)[keep_rows:] if g.id in set(generation_ids)]
    if old:
        tx.execute(delete(generations).where(generations.c.id.in_(old)))
    gone = generations.c.id.in_(generation_ids) & generations.c.state.in_(("retired", "ready"))
    tx.execute(update(generations).where(gone).values(state="removed"))


def building(tx: Connection, now: datetime) -> str | None:
    """Return the generation that a living builder works on, if any."""
    held = builder_leases.c.holder.is_not(None) & (builder_leases.c.expires_at > now)
    found: str | None = tx.execute(select(builder_leases.c.generation).where(held)).scalar()
    return found


def _make_lease(now: datetime) -> Any:
    def work(tx: Connection) -> None:
        if tx.execute(select(func.count()).select_from(builder_leases)).scalar():
            return
        try:
            with tx.begin_nested():
                tx.execute(insert(builder_leases).values(name=_BUILDER, expires_at=now))
        except IntegrityError:
            return  # somebody made it between our look and our insert

    return work


def _held_generation(tx: Connection) -> str | None:
    held: str | None = tx.execute(select(builder_leases.c.generation)).scalar()
    return held


def _generation(row: RowMapping) -> Generation:
    same = ("id", "state", "created_at", "articles", "passages", "embedded", "reused", "model")
    return Generation(**{name: row[name] for name in (*same, "seconds", "error")})


_SAME = (
    "id", "article_id", "locale", "ordinal", "title", "heading", "anchor", "text",
    "category", "updated", "audience", "content_hash",
)  # fmt: skip
_SHARED = "article_id", "locale", "anchor", "category", "updated", "audience"
