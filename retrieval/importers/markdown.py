"""Articles from Markdown files with YAML front matter."""

import re
from datetime import date, datetime
from typing import Any, NoReturn

import yaml

from retrieval.articles import ArticleDraft
from retrieval.errors import ImportRefused

LARGEST = 1_000_000
"""Bytes. A help article is a few kilobytes; a book is not one article."""

_REQUIRED = ("id", "locale", "title", "category", "updated")
_OPTIONAL = ("subcategory", "components", "questions", "audience")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_FENCE = re.compile(r"---[ \t]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


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

    def _matching(self, key: str, pattern: re.Pattern[str], wanted: str) -> str:
        value = self._text(key)
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


def _refuse(name: str, line: int | None, message: str) -> NoReturn:
    raise ImportRefused(name, line, message)
