"""Articles of a Zendesk help centre: from its exported JSON, or from its API.

Formats: https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/
(and `sections`, `categories`, `translations`, `user_segments` beside it).
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from retrieval.errors import ImportRefused
from retrieval.importers import exports, helpcentre
from retrieval.importers.addresses import NOBODY, Network
from retrieval.importers.api import Api, bearer, clean
from retrieval.importers.document import Document
from retrieval.importers.exports import Fields
from retrieval.importers.fetch import Fetcher
from retrieval.importers.helpcentre import Item, Once
from retrieval.importers.pace import Paced

_PARTS = ("articles", "translations", "sections", "categories", "user_segments")
_DEEPEST = 10
_PER_PAGE = 100
_DELAY = timedelta(seconds=0.2)


def read(path: Path) -> Iterator[Item]:
    """Yield the articles in the JSON files of a folder, a ZIP, or in one file.

    Each file holds answers of the API: an object with `articles`, `translations`, `sections`,
    `categories` or `user_segments`. A broken file or article never stops the others; after a
    broken file the last item is Incomplete. Raises ImportRefused when there is no article at all.
    """
    structure = _Structure()
    broken = helpcentre.survey(path, structure.learn)
    if not structure.listed:
        why = "holds no `articles`. Export them as /api/v2/help_center/articles.json gives them."
        raise broken[0] if broken else ImportRefused(str(path), None, why)
    reader = _Reader(structure)
    yield from helpcentre.articles(path, broken, reader.articles, reader.translations)


def ask(
    base: str,
    *,
    email: str | None = None,
    token: str | None = None,
    locales: Iterable[str] = (),
    fetcher: Fetcher | None = None,
    allow: frozenset[Network] = NOBODY,
    delay: timedelta = _DELAY,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, known: None,
) -> Iterator[Item]:
    """Yield the articles of the help centre at `base` (https://example.zendesk.com).

    `token` is an API token of `email`, or an OAuth token when there is no e-mail address; without
    any, public articles alone are seen. `locales` empty: all that the help centre has. Raises
    ImportRefused where the server stops answering: what came before is whole, what follows is
    not known.
    """
    own = fetcher or Fetcher(allow=allow, cancelled=cancelled)
    try:
        paced = Paced(own, delay=delay, cancelled=cancelled)
        api = Api(base, paced, headers=_authorised(email, token), allow=allow)
        yield from _asked(api, tuple(locales), bool(token), cancelled, progress)
    except ImportRefused:
        if not cancelled():  # what a cancelled request could not read is nobody's fault
            raise
    finally:
        if fetcher is None:
            own.close()


def _asked(
    api: Api,
    locales: tuple[str, ...],
    with_token: bool,
    cancelled: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> Iterator[Item]:
    found = Fields(api.get("api/v2/help_center/locales.json"), "locales.json")
    named = [{"locale": one} for one in locales or found.items("locales")]
    chosen = [(Fields(one, "locales.json").locale("locale") or "").lower() for one in named]
    default = found.locale("default_locale") or next(iter(chosen), "")
    structure = _Structure()
    parts = [f"{default.lower()}/categories.json", f"{default.lower()}/sections.json"]
    for part in [*parts, *(["user_segments.json"] if with_token else [])]:
        for name, page in api.pages(_listing(part), _following):
            structure.learn(name, page)
    reader, done = _Reader(structure), 0
    for locale in chosen:
        for name, page in api.pages(_listing(f"{locale}/articles.json"), _following):
            for item in reader.articles(name, page):
                if cancelled():
                    return
                done += 1
                yield item
                progress(done, done)


def _listing(path: str) -> str:
    return f"api/v2/help_center/{path}?page[size]={_PER_PAGE}"


def _following(page: dict[str, Any]) -> str | None:
    """Return the next page's address, by cursor (`links.next`) or by number (`next_page`)."""
    fields = Fields(page, "the answer")
    more = Fields(fields.object("meta"), "`meta`").flag("has_more")
    by_cursor = Fields(fields.object("links"), "`links`").optional_text("next")
    if "meta" in page:
        return by_cursor if more and by_cursor else None
    return fields.optional_text("next_page") or None


def _authorised(email: str | None, token: str | None) -> dict[str, str]:
    if not token:
        return {}
    if email is None:
        return bearer(token)
    packed = base64.b64encode(f"{email.strip()}/token:{clean(token)}".encode()).decode("ascii")
    return {"Authorization": f"Basic {packed}"}


class _Structure:
    """Categories, sections and user segments, and what translations need of their article."""

    def __init__(self) -> None:
        self.listed = False
        self._names: dict[tuple[str, str], str] = {}
        self._parents: dict[str, tuple[str | None, str | None]] = {}
        self._segments: dict[str, str] = {}
        self.heads: dict[str, dict[str, Any]] = {}

    def learn(self, name: str, page: dict[str, Any]) -> None:
        """Take over what a page says; broken entries are left out and their articles uncategorised.

        (An article whose user segment is not known is for staff alone.)
        """
        self.listed |= "articles" in page or "translations" in page
        for part, one in _entries(page, name):
            try:
                self._learn_one(part, Fields(one, name))
            except ImportRefused:
                continue

    def _learn_one(self, part: str, one: Fields) -> None:
        number = one.id("id")
        if part in ("categories", "sections"):
            # One name for all languages: that of the source language, else the first.
            at_source = one.locale("locale") == one.locale("source_locale")
            if at_source or (part, number) not in self._names:
                self._names[part, number] = one.text("name")
        if part == "sections":
            parents = one.optional_id("category_id"), one.optional_id("parent_section_id")
            self._parents[number] = parents
        elif part == "user_segments":
            narrowing = ("tags", "or_tags", "organization_ids", "group_ids", "added_user_ids")
            open_to_all = not any(one.items(key) for key in narrowing)
            signed_in = one.optional_text("user_type") == "signed_in_users" and open_to_all
            self._segments[number] = "signed_in" if signed_in else "staff"
        elif part == "articles":
            self.heads[number] = {
                key: one.values.get(key)
                for key in ("section_id", "user_segment_id", "user_segment_ids", "html_url")
            }

    def place(self, section: str | None) -> tuple[str | None, str]:
        """Return category and subcategory of a section, however deep it lies."""
        subcategory = self._names.get(("sections", section), "") if section else ""
        at, category = section, None
        for _ in range(_DEEPEST):
            if at is None or category is not None:
                break
            category, at = self._parents.get(at, (None, None))
        return (self._names.get(("categories", category)) if category else None), subcategory

    def audience(self, article: Fields) -> str:
        """Return who may read an article; nobody but staff when its user segment is not known."""
        number = article.optional_id("user_segment_id")
        several = [Fields({"id": one}, article.where) for one in article.items("user_segment_ids")]
        numbers = [one.id("id") for one in several] or ([number] if number else [])
        if not numbers:
            return "public"
        kinds = {self._segments.get(one, "staff") for one in numbers}
        return "signed_in" if "signed_in" in kinds else "staff"


class _Reader:
    """Turns articles and translations into documents, each language of each once."""

    def __init__(self, structure: _Structure) -> None:
        self._structure = structure
        self._once = Once()

    def articles(self, name: str, page: dict[str, Any]) -> Iterator[Item]:
        yield from self._each(name, page, "articles")

    def translations(self, name: str, page: dict[str, Any]) -> Iterator[Item]:
        yield from self._each(name, page, "translations")

    def _each(self, name: str, page: dict[str, Any], part: str) -> Iterator[Item]:
        value = page.get(part)
        if value is not None and not isinstance(value, list):
            why = f"`{part}` must be a list, is {exports.kind(value)}. Export it again."
            yield name, ImportRefused(name, None, why)
            return
        for at, one in enumerate(value or []):
            known = f"{name}#{part}[{at}]"
            try:
                fields = Fields(one, f"{name}, {part}[{at}]")
                if part == "translations" and not _of_article(fields):
                    continue
                number = fields.id("source_id" if part == "translations" else "id")
                locale = fields.locale("locale")
                known = f"{number}/{locale.lower()}" if locale else number
                fields.where = f"{name}, {part}[{at}] ({known})"
                document = self._document(fields, number, locale, known)
            except ImportRefused as refused:
                yield known, refused
            else:
                if document is not None:
                    yield known, document

    def _document(
        self, fields: Fields, number: str, locale: str | None, known: str
    ) -> Document | None:
        title, body = fields.text("title"), fields.optional_text("body")
        if not self._once.is_new(known, fields, title, body):
            return None
        head = Fields(self._structure.heads.get(number, {}) | _given(fields), fields.where)
        category, subcategory = self._structure.place(head.optional_id("section_id"))
        url = fields.optional_text("html_url") or None
        text = exports.markdown(body, fields, url)
        return Document(
            source_id=known,
            name=f"{title} ({known})",
            title=title,
            body=text,
            locale=locale,
            updated=fields.written_day("edited_at") or fields.written_day("updated_at"),
            category=category,
            subcategory=subcategory,
            audience=self._audience(number, head),
            published=not fields.flag("draft"),
            url=url,
            translation_key=number,
        )

    def _audience(self, number: str, head: Fields) -> str:
        # A translation whose article is not in the export: nobody knows who may read it.
        known = number in self._structure.heads or "section_id" in head.values
        return self._structure.audience(head) if known else "staff"


def _given(fields: Fields) -> dict[str, Any]:
    return {key: value for key, value in fields.values.items() if value is not None}


def _of_article(fields: Fields) -> bool:
    return fields.optional_text("source_type").lower() in ("", "article")


def _entries(page: dict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    for part in _PARTS:
        value = page.get(part)
        if isinstance(value, list):
            yield from ((part, one) for one in value)
