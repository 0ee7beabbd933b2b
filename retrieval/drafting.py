"""From a page as its source has it to an article: language, id, category, and what is refused."""

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import date
from urllib.parse import unquote, urlsplit

from retrieval.analysis import detect
from retrieval.articles import MAIN, MAX_BODY, ArticleDraft
from retrieval.defaults import CHINESE, LOCALES, Defaults, normal
from retrieval.errors import ImportRefused
from retrieval.importers.document import Document

GENERAL = "general"
"""The category of articles whose source names none."""
RESERVED = ("status",)
"""Ids that the help centre's own pages stand at."""
MAX_TITLE = 300
MAX_SLUG = 80

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_AUDIENCE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EMPTY_NAMES = ("index", "default", "readme", "home")
_READ = 2000
"""Characters that tell a text's language."""


@dataclass(frozen=True, slots=True)
class Place:
    """A category or subcategory: its id, and its name if the source gave more than an id."""

    id: str
    name: str | None = None


def cleaned(document: Document) -> Document:
    """Return the document fit to be stored; ImportRefused if nothing can be made of it."""
    title = " ".join(_CONTROL.sub(" ", document.title).split())
    body = document.body.replace("\r\n", "\n").replace("\r", "\n")
    body = _CONTROL.sub("", body).strip("\n").rstrip()
    name = document.name
    if not title:
        raise ImportRefused(name, None, "has no title. Give the page a title or a heading.")
    if not body.strip():
        raise ImportRefused(name, None, "has no text. Write the article below its title.")
    if len(body) > MAX_BODY:
        why = f"has {len(body):,} characters, {MAX_BODY:,} at most. Split it into several articles."
        raise ImportRefused(name, None, why)
    if len(title) > MAX_TITLE:
        title = f"{title[: MAX_TITLE - 1].rstrip()}…"
    if len(document.audience) > 32 or not _AUDIENCE.fullmatch(document.audience):
        why = (
            f"`audience` is {document.audience[:40]!r}. Use `public`, `signed_in`, `staff`, "
            "or a name of your own in lower-case letters."
        )
        raise ImportRefused(name, None, why)
    return replace(document, title=title, body=body)


def locale_of(document: Document, default: str | None) -> str:
    """Return one of LOCALES; ImportRefused for a language that help centres cannot have here.

    What the source says counts, then the default, then the text itself.
    """
    text = f"{document.title}\n{document.body}"[:_READ]
    if document.locale:
        found = normal(document.locale) or _chinese(document.locale, text)
        if found is None:
            known = ", ".join(LOCALES)
            why = (
                f"`locale` is {document.locale[:40]!r}, but must be one of {known}. "
                "Correct it at its source, or leave it out there and name the language here."
            )
            raise ImportRefused(document.name, None, why)
        return found
    return default or detect(text)


def _chinese(tag: str, text: str) -> str | None:
    if tag.strip().lower() not in CHINESE:
        return None
    found = detect(text)
    return found if found.startswith("zh") else "zh-Hans"


def slug(text: str) -> str:
    """Return the lower-case ASCII words of a text joined by `-`; empty if there are none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])'(?=[a-z])", "", plain))
    made = ""
    for word in words:
        longer = f"{made}-{word}" if made else word[:MAX_SLUG]
        if len(longer) > MAX_SLUG:
            break
        made = longer
    return made


def new_id(document: Document) -> str:
    """Return a readable id: from the title, or where it is not in Latin letters from the path."""
    from_title = slug(document.title)
    if _says(from_title, document.title):
        return from_title
    name = _file(document)
    from_path = slug(name)
    if _says(from_path, name):
        return from_path
    mark = hashlib.sha256(document.source_id.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{from_title[:40].strip('-')}-{mark}" if from_title else f"article-{mark}"


def _says(made: str, text: str) -> bool:
    """Whether the slug kept most of the text, so that people recognise it."""
    letters = min(sum(one.isalnum() for one in text), MAX_SLUG)
    return len(made) >= 3 and sum(one.isalnum() for one in made) >= 0.5 * letters


def _file(document: Document) -> str:
    """The last part of its address that says something, without its ending."""
    where = document.source_id
    if "://" in where:
        where = urlsplit(where).path
    parts = [part for part in re.split(r"[/\\#]", where) if part]
    names = [re.sub(r"\.[A-Za-z0-9]{1,8}$", "", unquote(part)) for part in reversed(parts)]
    return next((one for one in names if one.lower() not in _EMPTY_NAMES), "")


def place_of(named: str | None) -> Place | None:
    """Return the category that a source names, by its id or in any language."""
    text = " ".join((named or "").split())
    if not text:
        return None
    if len(text) <= 128 and _SLUG.fullmatch(text):
        return Place(text)
    made = slug(text)
    if not _says(made, text):
        made = f"c-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"
    return Place(made, text[:MAX_TITLE])


def draft_of(
    document: Document, article_id: str, locale: str, places: tuple[str, str], defaults: Defaults,
    today: date,
) -> ArticleDraft:  # fmt: skip
    """Return the article that a cleaned document becomes."""
    collection = place_of(document.collection or defaults.collection)
    stricter = defaults.audience if document.audience == "public" else None
    return ArticleDraft(
        id=article_id,
        locale=locale,
        title=document.title,
        category=places[0],
        subcategory=places[1],
        components=tuple(dict.fromkeys(document.components)),
        questions=tuple(dict.fromkeys(q for q in map(_line, document.questions) if q)),
        body=document.body,
        updated=document.updated or today,
        audience=stricter or document.audience,
        collection=collection.id if collection else MAIN,
    )


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())[:MAX_TITLE]


def content_hash(draft: ArticleDraft, document: Document, *, publish: bool) -> str:
    """Return what changes whenever the source has something new to say.

    A day that an author wrote beside an id counts; a web page's own date does not, since many
    pages are dated anew at every visit.
    """
    said = asdict(draft) | {"publish": publish}
    said["updated"] = str(document.updated) if document.id is not None else None
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def text_hash(locale: str, title: str, body: str) -> str:
    """Return what two articles with the same text have in common."""
    said = "\n".join((locale, " ".join(title.split()), " ".join(body.split())))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
