"""The frame around every page of the help centre: head, languages, footer, and its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.company import Company
from bot.web.markup import Child, Markup, element

STYLE = "/help.css"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: whose help centre, in which language, under which address."""

    company: Company
    locale: str
    path: str
    base: str = ""
    """Public address of the server, if it is known; search engines want whole addresses."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Language → path of the same page in it."""
    trouble: str | None = None
    """Title of an ongoing incident."""

    @property
    def words(self) -> dict[str, Any]:
        """What this page says around its content."""
        return words_in(self.locale)

    @property
    def home(self) -> str:
        """The help centre's first page."""
        return f"/help/{self.locale}"


def document(place: Place, title: str, *content: Child, about: str = "", kind: str = "") -> str:
    """The whole page."""
    name = place.company.name
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{title} · {name}"),
        element("meta", name="description", content=about) if about else None,
        element("link", rel="canonical", href=f"{place.base}{place.path}"),
        *_alternates(place),
        element("link", rel="icon", href="data:,"),
        element("link", rel="stylesheet", href=STYLE),
    )
    body = element(
        "body",
        element("a", place.words["skip"], class_="skip", href="#_content"),
        _top(place),
        element("main", *content, id="_content", class_=kind or None),
        _foot(place),
    )
    return f"<!doctype html>\n{element('html', head, body, lang=place.locale)}\n"


def trouble(place: Place) -> Markup | None:
    """A line that says what is broken, while something is."""
    if place.trouble is None:
        return None
    said = place.words["banner"].format(title=place.trouble)
    link = element("a", place.words["banner_link"], href=f"{place.home}/status")
    return element("p", element("span", said), " ", link, class_="trouble")


def day(when: date, locale: str) -> Markup:
    """A date as it is written in a language."""
    words = words_in(locale)
    month = words["months"][when.month - 1] if words["months"] else ""
    said = words["date"].format(day=when.day, month=month, number=when.month, year=when.year)
    return element("time", said, datetime=when.isoformat())


@cache
def words_in(locale: str) -> dict[str, Any]:
    """The words of a language; of English for one that is not spoken here."""
    spoken = _words()
    return spoken.get(locale, spoken["en"])


def _alternates(place: Place) -> list[Markup]:
    return [
        element("link", rel="alternate", hreflang=locale, href=f"{place.base}{path}")
        for locale, path in place.languages.items()
        if len(place.languages) > 1
    ]


def _top(place: Place) -> Markup:
    name = element("b", place.company.name)
    brand = element("a", name, " ", place.words["help"], class_="brand", href=place.home)
    status = element(
        "a",
        element("span", class_="dot dot-bad" if place.trouble else "dot", aria_hidden="true"),
        place.words["status"],
        class_="to-status",
        href=f"{place.home}/status",
        aria_current="page" if place.path == f"{place.home}/status" else None,
    )
    inside = element("div", brand, status, _languages(place), class_="inside")
    return element("header", inside, class_="top")


def _languages(place: Place) -> Markup | None:
    if len(place.languages) < 2:
        return None
    links = [
        element(
            "a",
            words_in(locale)["language"],
            href=path,
            hreflang=locale,
            lang=locale,
            aria_current="true" if locale == place.locale else None,
        )
        for locale, path in place.languages.items()
    ]
    return element("nav", *links, class_="languages", aria_label=place.words["languages"])


def _foot(place: Place) -> Markup:
    ask = element(
        "p",
        place.words["ask"],
        " ",
        element("a", place.words["ask_link"], href=f"/chat?locale={place.locale}"),
    )
    about = element("p", f"{place.company.name} · {place.words['help']}", class_="quiet")
    return element("footer", element("div", ask, about, class_="inside"), class_="foot")


@cache
def _words() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.load(
        Path(__file__).with_name("help_words.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return loaded
