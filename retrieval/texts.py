"""Which article has which text, so that nothing is taken over twice."""

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from retrieval.articles import ArticleDraft
from retrieval.drafting import text_hash
from retrieval.importers.document import Document
from retrieval.tables import article_versions, articles


class Texts:
    """The texts that are answered from, and those of drafts that wait to be published."""

    def __init__(self, tx: Connection) -> None:
        self._article: dict[str, tuple[str, str]] = {}
        self._hash: dict[tuple[str, str], str] = {}
        version, head = article_versions.c, articles.c
        here = (head.id == version.id) & (head.locale == version.locale)
        query = (
            select(version.id, version.locale, version.title, version.body)
            .join(articles, here & (head.version == version.version))
            .where(or_(head.published_version.is_not(None), version.published.is_(False)))
            .order_by(version.id, version.locale)
        )
        for row in tx.execute(query):
            self._note((row.id, row.locale), text_hash(row.locale, row.title, row.body))

    def first(self, locale: str, document: Document) -> str | None:
        """Return the id of the article that has this very title and text already."""
        found = self._article.get(text_hash(locale, document.title, document.body))
        return None if found is None else found[0]

    def now(self, draft: ArticleDraft) -> None:
        """Note an article's new text; another one may have the old text from now on."""
        self._note((draft.id, draft.locale), text_hash(draft.locale, draft.title, draft.body))

    def _note(self, key: tuple[str, str], mark: str) -> None:
        old = self._hash.get(key)
        if old is not None and self._article.get(old) == key:
            del self._article[old]
        self._hash[key] = mark
        self._article.setdefault(mark, key)
