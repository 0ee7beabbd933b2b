"""Takes one document over as an article, or says why it was left alone. One transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count
from typing import Literal

from sqlalchemy import select
from sqlalchemy.engine import Connection

from retrieval import articles, pulls, sources
from retrieval.articles import Article, ArticleDraft
from retrieval.defaults import Defaults
from retrieval.drafting import GENERAL, RESERVED, content_hash, draft_of, new_id, place_of
from retrieval.errors import ImportRefused
from retrieval.importers.document import Document
from retrieval.sources import Held, Kind
from retrieval.tables import article_versions
from retrieval.tables import articles as heads

Outcome = Literal["imported", "unchanged", "replaced", "kept", "skipped", "refused"]
_NOT_PEOPLE = ("import", "sample")
"""Authors of versions that were imported before sources were remembered."""
_GENERAL = {"en": "General", "zh-Hans": "常规", "zh-Hant": "一般", "ms": "Umum"}
_OUTCOMES: dict[str, Outcome] = {"imported": "imported", "replaced": "replaced"}


class Later(Exception):
    """Only when every document was seen it is clear whether this one moved or is a copy."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document.

    `kept`: the article was edited here, so it was left alone. `skipped`: its source does not
    offer it, as with a page that is not for search engines.
    """

    name: str
    outcome: Outcome
    reason: str | None = None
    article: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Which source is imported, and what holds where it says nothing."""

    name: str
    kind: Kind
    address: str
    defaults: Defaults = Defaults()  # noqa: RUF009 - it is frozen


@dataclass(slots=True)
class Taking:
    """One document on its way. `take` changes nothing but the database: it may run twice."""

    origin: Origin
    document: Document
    locale: str
    twin: str | None
    """The article that has this very text already."""
    last: bool
    """Every other document of this import was seen."""
    came: Callable[[Held], bool]
    """Whether another document of this source came this time."""
    author: str
    at: datetime
    moved_from: Held | None = None
    draft: ArticleDraft | None = None

    def take(self, tx: Connection) -> Result:
        """Return what became of it; ImportRefused, or Later if that cannot be known yet."""
        document, locale = self.document, self.locale
        held = sources.find(tx, self.origin.name, document.source_id, locale)
        article_id = self._id(tx, held)
        other = self._other(tx, article_id, held)
        self.moved_from = other if held is None and self._is_ours(other) else None
        if other is not None and self.moved_from is not None:
            sources.drop(tx, other)
            held, article_id = replace(other, source_id=document.source_id), other.article_id
        places = self._places(tx, article_id)
        today = self.at.date()
        draft = draft_of(document, article_id, locale, places, self.origin.defaults, today)
        publish = document.published and not self.origin.defaults.draft
        fresh = self._held(draft, publish=publish)
        self.draft = draft
        latest = articles.find(tx, article_id, locale)
        if held is not None and held.state != "removed" and _same(held, fresh):
            return self._unchanged(tx, held, fresh)
        if latest is not None and _edited(tx, latest, held or other, draft):
            self.draft = None
            return self._keep(tx, held or other, fresh, draft)
        return self._save(tx, draft, fresh, latest)

    def _unchanged(self, tx: Connection, held: Held, fresh: Held) -> Result:
        state = "present" if self.document.published else held.state
        sources.store(
            tx, replace(fresh, version=held.version, proposed=held.proposed, state=state)
        )  # fmt: skip
        return self._result("unchanged", fresh)

    def _keep(self, tx: Connection, held: Held | None, fresh: Held, draft: ArticleDraft) -> Result:
        version = 0 if held is None else held.version
        sources.store(tx, replace(fresh, version=version, proposed=draft))
        why = "was edited here, so it was left alone. Compare it with what its source has now."
        return replace(self._result("kept", fresh), reason=f"{self.document.name}: {why}")

    def _save(
        self, tx: Connection, draft: ArticleDraft, fresh: Held, latest: Article | None
    ) -> Result:
        undated = self.document.updated is None and latest is not None
        if latest is not None and undated and _equal(latest, draft):
            draft = latest.draft  # its day is only that of the import: nothing is new
        saved, outcome = articles.save(
            tx,
            draft,
            author=self.author,
            now=self.at,
            publish=fresh.published,
            source=self.origin.name,
        )
        withdrawn = not self.document.published and latest is not None and latest.published
        state: sources.State = "missing" if withdrawn else "present"
        bound = sources.of_article(tx, draft.id, draft.locale)
        if bound is None or self._is_ours(bound):  # else an upload over another source's article
            sources.store(tx, replace(fresh, version=saved.version, state=state))
        return self._result(_OUTCOMES.get(outcome, "unchanged"), fresh)

    def _id(self, tx: Connection, held: Held | None) -> str:
        """What the source asks for, what it was, what its translations have, or a new one."""
        document = self.document
        if document.id is not None:
            if not articles.is_id(document.id):
                why = f"`id` is {document.id[:60]!r}, but must be lower-case words joined by `-`."
                raise ImportRefused(document.name, None, why)
            return document.id
        if held is not None:
            return held.article_id
        if document.translation_key is not None:
            same = sources.translations(tx, self.origin.name, document.translation_key[:300])
            mine = {one.article_id for one in same if one.locale == self.locale}
            ids = {one.article_id for one in same} - mine
            if ids:
                return min(ids)
        wanted = new_id(document)
        tried = chain((wanted,), (f"{wanted}-{n}" for n in count(2)))
        return next(one for one in tried if one not in RESERVED and not _taken(tx, one))

    def _other(self, tx: Connection, article_id: str, held: Held | None) -> Held | None:
        """Return the document that had this article before; ImportRefused if it still has it.

        It had the same id, or the same text under whatever id: nothing is indexed twice.
        """
        twin = self.twin if self.twin not in (None, article_id) else None
        if held is not None and twin is None and held.article_id == article_id:
            return None
        for one in dict.fromkeys((article_id, twin)):
            other = None if one is None else sources.of_article(tx, one, self.locale)
            if other is not None and (held is None or other.key != held.key):
                return self._judged(tx, other)
        if twin is not None:
            why = f"has the same text as article `{twin}` in {self.locale}. Remove one."
            raise ImportRefused(self.document.name, None, why)
        return None

    def _judged(self, tx: Connection, other: Held) -> Held:
        name = self.document.name
        where = other.name
        if not self._is_ours(other):
            where = f"{other.name} of the source {other.source!r}"
        what = f"has the same text as article `{other.article_id}` in {self.locale}, from {where}"
        if self.document.id == other.article_id:
            what = f"is article `{other.article_id}` in {self.locale}, as {where} is"
        refusal = ImportRefused(name, None, f"{what}. Remove one.")
        if self._is_ours(other):
            if self.came(other):
                raise refusal
            if not self.last:
                raise Later
            return other
        asked_for = self.document.id == other.article_id
        if asked_for and sources.get(tx, other.source, self.at).kind == "upload":
            sources.drop(tx, other)  # a source that can be asked again is the better home
            return other
        if asked_for and self.origin.kind == "upload":
            return other
        raise refusal

    def _is_ours(self, other: Held | None) -> bool:
        return other is not None and other.source == self.origin.name

    def _places(self, tx: Connection, article_id: str) -> tuple[str, str]:
        """Category and subcategory; a translation stands where the page it translates stands."""
        document, locale = self.document, self.locale
        category = place_of(document.category or self.origin.defaults.category)
        if category is None:
            for code, name in _GENERAL.items():
                sources.name_category(tx, GENERAL, "", code, name)
            return GENERAL, ""
        sub = place_of(document.subcategory)
        ids = category.id, sub.id if sub else ""
        if document.translation_key is not None and category.name is not None:
            ids = _sibling(tx, article_id, locale) or ids
        if category.name is not None:
            sources.name_category(tx, ids[0], "", locale, category.name)
        if sub is not None and sub.name is not None and ids[1]:
            sources.name_category(tx, ids[0], ids[1], locale, sub.name)
        return ids

    def _held(self, draft: ArticleDraft, *, publish: bool) -> Held:
        document = self.document
        key = document.translation_key
        return Held(
            source=self.origin.name,
            source_id=document.source_id,
            locale=self.locale,
            name=document.name,
            article_id=draft.id,
            version=0,
            published=publish,
            content_hash=content_hash(draft, document, publish=publish),
            translation_key=None if key is None else key[:300],
            etag=document.etag,
            url=document.url,
            seen_at=self.at,
            state="present",
            proposed=None,
        )

    def _result(self, outcome: Outcome, fresh: Held) -> Result:
        moved = None if self.moved_from is None else f"moved from {self.moved_from.name}"
        return Result(self.document.name, outcome, moved, fresh.article_id, self.locale)


def _same(held: Held, fresh: Held) -> bool:
    return held.content_hash == fresh.content_hash


def _equal(latest: Article, draft: ArticleDraft) -> bool:
    """Whether nothing but the day differs."""
    return replace(draft, updated=latest.updated) == latest.draft


def _edited(tx: Connection, latest: Article, held: Held | None, draft: ArticleDraft) -> bool:
    """Whether somebody here had the last word: an import never overwrites that silently."""
    if _equal(latest, draft) and latest.published:
        return False
    if pulls.by_hand(tx, latest):
        return True
    if held is None or held.version == 0:
        return latest.source is None and latest.author not in _NOT_PEOPLE
    if held.state != "removed" and sources.pulled(tx, held):
        return True
    if latest.version == held.version:
        return False
    taken = articles.find(tx, latest.id, latest.locale, held.version)
    return taken is None or not _equal(latest, taken.draft)


def _taken(tx: Connection, article_id: str) -> bool:
    return tx.execute(select(heads.c.id).where(heads.c.id == article_id)).first() is not None


def _sibling(tx: Connection, article_id: str, locale: str) -> tuple[str, str] | None:
    """Where the article stands in another language."""
    version = article_versions.c
    query = (
        select(version.category, version.subcategory)
        .where(version.id == article_id, version.locale != locale)
        .order_by(version.saved_at.desc(), version.locale)
    )
    row = tx.execute(query).first()
    return None if row is None else (row.category, row.subcategory)
