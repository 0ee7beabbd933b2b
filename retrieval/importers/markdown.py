"""Articles from Markdown files, with YAML front matter or without."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NoReturn

import yaml
from markdown_it import MarkdownIt

from retrieval.articles import MAIN, ArticleDraft
from retrieval.errors import ImportRefused
from retrieval.importers.document import Document
from retrieval.passages import plain

LARGEST = 1_000_000
"""Bytes. A help article is a few kilobytes; a book is not one article."""

_REQUIRED = ("id", "locale", "title", "category", "updated")
_OPTIONAL = ("collection", "subcategory", "components", "questions", "audience")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_FENCE = re.compile(r"---[ \t]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


_FOREIGN_TITLE = ("title", "name")
_FOREIGN_DAY = ("updated", "lastmod", "last_modified", "last_modified_at", "modified", "date")
_FOREIGN_LOCALE = ("locale", "lang", "language")
_FOREIGN_PLACE = ("collection", "category", "subcategory", "components", "questions", "audience")
_FOREIGN = (*_FOREIGN_TITLE, *_FOREIGN_DAY, *_FOREIGN_LOCALE, *_FOREIGN_PLACE)
_IGNORED = frozenset(
    (
        "layout", "weight", "order", "position", "nav_order", "tags", "keywords", "slug", "draft",
        "permalink", "aliases", "url", "description", "summary", "author", "authors", "image",
        "toc", "menu", "parent", "has_children", "sidebar_label", "sidebar_position", "type",
        "hide_title", "hide_table_of_contents", "template", "icon", "published", "redirect_from",
    )
)  # fmt: skip
"""What site generators write into front matter, and what says nothing about the article."""


def document(data: bytes, name: str) -> Document:
    """Return the page in a Markdown or text file; ImportRefused says what is wrong and where.

    Front matter with an `id` must be complete, as for `parse`. Without an `id` it is what a site
    generator wrote, or absent: the title is its `title`, else the first heading, else the first
    line that stands alone, else the file's name. An unknown key is refused, as it may be
    `audience` misspelt.
    """
    text = _decode(data, name)
    if not text.strip():
        _refuse(name, 1, "empty. Write front matter and the article's text.")
    if not _FENCE.fullmatch(text.lstrip("\n").split("\n", 1)[0]):
        return _without_matter(text, name)
    matter, body, first = _split(text, name)
    reader = _Reader(name, matter, first)
    if "id" not in reader.values:
        return reader.page(body)
    made = _of_draft(reader.draft(body), name)
    return made if "collection" in reader.values else replace(made, collection=None)


def _of_draft(draft: ArticleDraft, name: str) -> Document:
    return Document(
        source_id=name,
        name=name,
        id=draft.id,
        title=draft.title,
        body=draft.body,
        locale=draft.locale,
        updated=draft.updated,
        collection=draft.collection,
        category=draft.category,
        subcategory=draft.subcategory,
        components=draft.components,
        questions=draft.questions,
        audience=draft.audience,
        translation_key=draft.id,
    )


def _without_matter(text: str, name: str, given: str = "") -> Document:
    title, body = _titled(text.strip("\n").rstrip(), given)
    if not body.strip():
        _refuse(name, None, "has no text but its title. Write the article below the front matter.")
    title = title or re.sub(r"\.\w+$", "", name.rsplit("/", 1)[-1])
    return Document(source_id=name, name=name, title=title[:300], body=body)


def _titled(text: str, given: str) -> tuple[str, str]:
    """Return the title, and the text without it where it stands at the beginning."""
    lines = text.split("\n")
    tokens = MarkdownIt("commonmark").parse(text)
    heads = [n for n, token in enumerate(tokens) if token.type == "heading_open"]
    if heads:
        head = tokens[heads[0]]
        words = plain(tokens[heads[0] + 1].content)
        if heads[0] == 0 and head.map and given in ("", words):
            return words, "\n".join(lines[head.map[1] :]).strip("\n")
        return given or words, text
    first = lines[0].strip()
    alone = len(lines) > 2 and not lines[1].strip() and tokens[0].type == "paragraph_open"
    if not given and alone and len(first) <= 120:
        return plain(first), "\n".join(lines[2:]).strip("\n")
    return given, text


def parse(data: bytes, name: str) -> ArticleDraft:
    """Return the article in a file; ImportRefused says what is wrong, where, and what to do."""
    text = _decode(data, name)
    matter, body, first = _split(text, name)
    return _Reader(name, matter, first).draft(body)


def _decode(data: bytes, name: str) -> str:
    if len(data) > LARGEST:
        _refuse(name, None, f"larger than {LARGEST:,} bytes. Split it into several articles.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        _refuse(name, line, "not UTF-8. Save the file as UTF-8 and import it again.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        what = "NUL bytes" if found.group() == "\0" else "control characters"
        _refuse(name, line, f"contains {what}: is this a text file? Remove them.")
    return text


def _split(text: str, name: str) -> tuple[str, str, int]:
    """Return the front matter, the body, and the line on which the front matter begins."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        _refuse(name, 1, "empty. Write front matter and the article's text.")
    if not _FENCE.fullmatch(lines[first]):
        _refuse(name, first + 1, "no front matter. Begin the file with a line `---`.")
    rest = range(first + 1, len(lines))
    last = next((n for n in rest if _FENCE.fullmatch(lines[n])), None)
    if last is None:
        _refuse(name, first + 1, "the front matter does not end. Close it with a line `---`.")
    body = "\n".join(lines[last + 1 :]).strip("\n").rstrip()
    return "\n".join(lines[first + 1 : last]), body, first + 2


class _Reader:
    """Reads one front matter, and knows on which line each key stands."""

    def __init__(self, name: str, matter: str, first: int) -> None:
        self.name = name
        self.first = first
        self.lines: dict[str, int] = {}
        self.values = self._load(matter)

    def draft(self, body: str) -> ArticleDraft:
        self._check_keys()
        article_id = self._matching("id", _SLUG, "lower-case words joined by `-`")
        locale = self._matching("locale", _LOCALE, "a language code such as `en` or `zh-Hans`")
        if not body.strip():
            _refuse(self.name, None, "has no text. Write the article below the front matter.")
        return ArticleDraft(
            id=article_id,
            locale=locale,
            title=self._text("title"),
            category=self._matching("category", _SLUG, "lower-case words joined by `-`"),
            subcategory=self._text("subcategory", default=""),
            components=self._texts("components"),
            questions=self._texts("questions"),
            body=body,
            updated=self._date("updated"),
            audience=self._text("audience", default="public"),
            collection=self._matching(
                "collection", _SLUG, "lower-case words joined by `-`", default=MAIN
            ),
        )

    def page(self, body: str) -> Document:
        """The page of a site generator: what it says of itself, if it is said in its words."""
        for key in self.values:
            if key not in _FOREIGN and key not in _IGNORED:
                self._wrong(key, f"unknown key `{key}`. Known: {', '.join(_FOREIGN)}.")
        title = next((self._text(key) for key in _FOREIGN_TITLE if key in self.values), "")
        made = _without_matter(body, self.name, title)
        days = (self.values.get(key) for key in _FOREIGN_DAY)
        locale = next((self._text(key) for key in _FOREIGN_LOCALE if key in self.values), None)
        draft, published = self.values.get("draft"), self.values.get("published")
        return replace(
            made,
            locale=locale and locale.replace("_", "-"),
            updated=next((_day(day) for day in days if isinstance(day, date)), None),
            collection=self._text("collection", default="") or None,
            category=self._text("category", default="") or None,
            subcategory=self._text("subcategory", default=""),
            components=self._texts("components"),
            questions=self._texts("questions"),
            audience=self._text("audience", default="public"),
            published=draft is not True and published is not False,
        )

    def _load(self, matter: str) -> dict[str, Any]:
        try:
            node = yaml.compose(matter, Loader=yaml.SafeLoader)
            values = yaml.safe_load(matter)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            line = self.first if mark is None else self.first + mark.line
            why = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
            _refuse(self.name, line, f"the front matter is not YAML: {why}. Quote the value.")
        if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
            _refuse(self.name, self.first, "the front matter must be lines of `key: value`.")
        for key, _ in node.value:
            written = str(key.value)
            if written in self.lines:
                line = self.first + key.start_mark.line
                _refuse(self.name, line, f"`{written}` stands there twice. Remove one.")
            self.lines[written] = self.first + key.start_mark.line
        return {str(key): value for key, value in values.items()}

    def _check_keys(self) -> None:
        for key in self.values:
            if key not in (*_REQUIRED, *_OPTIONAL):
                known = ", ".join((*_REQUIRED, *_OPTIONAL))
                self._wrong(key, f"unknown key `{key}`. Known: {known}.")
        for key in _REQUIRED:
            if self.values.get(key) is None:
                line = self.lines.get(key, self.first)
                _refuse(self.name, line, f"`{key}` is missing. Add it to the front matter.")

    def _text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            self._wrong(key, f"`{key}` must be a text. Put it between quotes.")
        return " ".join(value.split())

    def _matching(
        self, key: str, pattern: re.Pattern[str], wanted: str, default: str | None = None
    ) -> str:
        value = self._text(key, default)
        if len(value) > 128 or not pattern.fullmatch(value):
            self._wrong(key, f"`{key}` is {value[:60]!r}, but must be {wanted}.")
        return value

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self._wrong(key, f"`{key}` must be a list of texts. Write `- …` lines.")
        return tuple(dict.fromkeys(" ".join(v.split()) for v in value))

    def _date(self, key: str) -> date:
        value = self.values.get(key)
        if isinstance(value, datetime) or not isinstance(value, date):
            self._wrong(key, f"`{key}` must be a day. Write it as `2026-10-14`.")
        return value

    def _wrong(self, key: str, message: str) -> NoReturn:
        _refuse(self.name, self.lines.get(key, self.first), message)


def _day(written: date) -> date:
    return written.date() if isinstance(written, datetime) else written


def _refuse(name: str, line: int | None, message: str) -> NoReturn:
    raise ImportRefused(name, line, message)
