"""Articles of an Intercom help centre: from its exported JSON, or from its API.

Formats: https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles
(`GET /articles`) and `…/help-center` beside it (`GET /help_center/collections`).
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from retrieval.errors import ImportRefused
from retrieval.importers import exports, helpcentre
from retrieval.importers.addresses import NOBODY, Network
from retrieval.importers.api import Api, bearer
from retrieval.importers.document import Document
from retrieval.importers.exports import Fields
from retrieval.importers.fetch import Fetcher
from retrieval.importers.helpcentre import Item, Once
from retrieval.importers.pace import Paced

SERVER = "https://api.intercom.io"
"""Workspaces in Europe and Australia have https://api.eu.intercom.io and https://api.au.…"""
_VERSION = "2.11"
_PER_PAGE = 50
_DEEPEST = 10
_DELAY = timedelta(seconds=0.2)


def read(path: Path) -> Iterator[Item]:
    """Yield the articles in the JSON files of a folder, a ZIP, or in one file.

    Each file holds answers of the API: a list (`"type": "list"`, `data`) of articles or of
    collections. A broken file or article never stops the others; after a broken file the last
    item is Incomplete. Raises ImportRefused when there is no article at all.
    """
    collections = _Collections()
    broken = helpcentre.survey(path, collections.learn)
    if not collections.articles_listed:
        why = "holds no articles. Export them as GET /articles of Intercom's API gives them."
        raise broken[0] if broken else ImportRefused(str(path), None, why)
    yield from helpcentre.articles(path, broken, _Reader(collections).articles)


def ask(
    token: str,
    *,
    base: str = SERVER,
    fetcher: Fetcher | None = None,
    allow: frozenset[Network] = NOBODY,
    delay: timedelta = _DELAY,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, known: None,
) -> Iterator[Item]:
    """Yield the articles of the workspace that the access token belongs to.

    Raises ImportRefused where the server stops answering: what came before is whole, what
    follows is not known.
    """
    own = fetcher or Fetcher(allow=allow, cancelled=cancelled)
    try:
        headers = bearer(token) | {"Intercom-Version": _VERSION}
        api = Api(base, Paced(own, delay=delay, cancelled=cancelled), headers=headers, allow=allow)
        yield from _asked(api, cancelled, progress)
    except ImportRefused:
        if not cancelled():  # what a cancelled request could not read is nobody's fault
            raise
    finally:
        if fetcher is None:
            own.close()


def _asked(
    api: Api, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
) -> Iterator[Item]:
    collections = _Collections()
    for name, page in api.pages(f"help_center/collections?per_page={_PER_PAGE}", _following):
        collections.learn(name, page)
    reader, done = _Reader(collections), 0
    for name, page in api.pages(f"articles?per_page={_PER_PAGE}", _following):
        total = page.get("total_count")
        for item in reader.articles(name, page):
            if cancelled():
                return
            done += 1
            yield item
            progress(done, max(done, total) if isinstance(total, int) else done)


def _following(page: dict[str, Any]) -> str | None:
    """Return the next page's address; versions of the API write it in three ways."""
    pages = Fields(Fields(page, "the answer").object("pages"), "`pages`")
    onward = pages.values.get("next")
    if onward is None or isinstance(onward, str):
        return onward or None
    cursor = Fields(onward, "`pages.next`")
    query = {"per_page": str(_PER_PAGE)}
    after, number = cursor.optional_text("starting_after"), cursor.optional_id("page")
    if not after and not number:
        return None
    query |= {"starting_after": after} if after else {"page": number or ""}
    return "?" + urlencode(query)


def _data(page: dict[str, Any]) -> list[Any]:
    value = page.get("data")
    return value if isinstance(value, list) else []


def _is_article(one: Any) -> bool:
    """Whether an entry of `data` is an article: collections have a name instead of a title."""
    return not isinstance(one, dict) or one.get("type") == "article" or "title" in one


class _Collections:
    """Collections and sections: a tree of names."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._parents: dict[str, str | None] = {}
        self.articles_listed = False

    def learn(self, name: str, page: dict[str, Any]) -> None:
        """Take over what a page says; a broken entry leaves its articles without category."""
        for one in _data(page):
            if _is_article(one):
                self.articles_listed = True
                continue
            try:
                fields = Fields(one, name)
                number = fields.id("id")
                self._names[number] = fields.text("name")
                self._parents[number] = fields.optional_id("parent_id")
            except ImportRefused:
                continue

    def place(self, parent: str | None) -> tuple[str | None, str]:
        """Return the outermost collection as category, the innermost as subcategory."""
        at, top = parent, None
        for _ in range(_DEEPEST):
            if at is None or at not in self._names:
                break
            top, at = at, self._parents[at]
        if parent is None or top is None:
            return None, ""
        return self._names[top], self._names[parent] if parent != top else ""


class _Reader:
    """Turns articles into documents, one for each of their languages."""

    def __init__(self, collections: _Collections) -> None:
        self._collections = collections
        self._once = Once()

    def articles(self, name: str, page: dict[str, Any]) -> Iterator[Item]:
        value = page.get("data")
        if not isinstance(value, list):
            why = f"`data` must be a list of articles, is {exports.kind(value)}. Export it again."
            yield name, ImportRefused(name, None, why)
            return
        for at, one in enumerate(value):
            if not _is_article(one):
                continue
            known = f"{name}#data[{at}]"
            try:
                article = Fields(one, f"{name}, data[{at}]")
                number = article.id("id")
                known = number
                article.where = f"{name}, data[{at}] ({number})"
                versions = self._versions(article)
            except ImportRefused as refused:
                yield known, refused
                continue
            for locale, content in versions:
                yield from self._version(article, number, locale, content)

    def _versions(self, article: Fields) -> list[tuple[str | None, Any]]:
        """Return every language's content; the article itself is that of its default language."""
        default = article.locale("default_locale")
        versions: list[tuple[str | None, Any]] = [(default, article.values)]
        for written, content in article.object("translated_content").items():
            if written == "type" or content is None:
                continue
            fields = Fields({"locale": written}, article.where)
            locale = fields.locale("locale")
            if locale != default:
                versions.append((locale, content))
        return versions

    def _version(
        self, article: Fields, number: str, locale: str | None, content: Any
    ) -> Iterator[Item]:
        known = f"{number}/{locale.lower()}" if locale else number
        try:
            fields = Fields(content, f"{article.where}, {locale}" if locale else article.where)
            document = self._document(article, number, locale, fields, known)
        except ImportRefused as refused:
            yield known, refused
        else:
            if document is not None:
                yield known, document

    def _document(
        self, article: Fields, number: str, locale: str | None, fields: Fields, known: str
    ) -> Document | None:
        title, body = fields.text("title"), fields.optional_text("body")
        summary = fields.optional_text("description").strip()
        if summary and summary not in body:
            body = f"<p>{escape(summary)}</p>{body}"
        if not self._once.is_new(known, fields, title, body):
            return None
        parents = [Fields({"id": one}, article.where) for one in article.items("parent_ids")]
        parent = article.optional_id("parent_id") or next((p.id("id") for p in parents), None)
        category, subcategory = self._collections.place(parent)
        state = fields.optional_text("state")
        if state not in ("", "published", "draft"):
            fields.refuse(f"`state` must be published or draft, is {state[:40]!r}")
        url = fields.optional_text("url") or None
        text = exports.markdown(body, fields, url)
        return Document(
            source_id=known,
            name=f"{title} ({known})",
            title=title,
            body=text,
            locale=locale,
            updated=fields.counted_day("updated_at"),
            category=category,
            subcategory=subcategory,
            published=state != "draft",
            url=url,
            translation_key=number,
        )
