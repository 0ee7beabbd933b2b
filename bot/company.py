"""Whose help desk this is: name, greeting, languages, hours, parts of the product."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import SetupError
from handoff.hours import Hours
from retrieval.incidents.incident import Component

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")
"""The languages everything is written in."""
_M = TypeVar("_M", bound=BaseModel)


class _Named(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    name: dict[str, str]


class Category(_Named):
    """A category of articles, with its subcategories."""

    subcategories: list[_Named] = []


class Collection(_Named):
    """A set of articles, such as those of one product."""


class _ComponentFile(_Named):
    aliases: dict[str, list[str]] = {}
    on_status_pages: list[str] = []


class SampleAgent(BaseModel):
    """An agent that `handrail init --sample` adds."""

    model_config = ConfigDict(extra="forbid")

    name: str
    languages: list[str]
    role: str = "agent"


class _CompanyFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    tagline: dict[str, str] = {}
    languages: list[str] = list(LANGUAGES)
    accent: str = "#0f766e"
    greeting: dict[str, str] = {}
    suggestions: dict[str, list[str]] = {}
    hours: dict[str, Any] | None = None
    sample_agents: list[SampleAgent] = []


class Opening:
    """The opening hours that hold now; whoever keeps it sees a change at once (`bot.opening`)."""

    def __init__(self, written: Hours | None = None) -> None:
        """`written` are those of the company's file; None: somebody may always be there."""
        self.written = written
        self.hours = written
        self.author: str | None = None
        """Who set them on the page; None while the file decides."""
        self.changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """What the product needs to know of the company it serves."""

    name: str = "Handrail"
    languages: tuple[str, ...] = LANGUAGES
    accent: str = "#0f766e"
    greeting: dict[str, str] = field(default_factory=dict)
    suggestions: dict[str, list[str]] = field(default_factory=dict)
    opening: Opening = field(default_factory=Opening)
    components: tuple[Component, ...] = ()
    categories: tuple[Category, ...] = ()
    collections: tuple[Collection, ...] = ()
    sample_agents: tuple[SampleAgent, ...] = ()

    @property
    def hours(self) -> Hours | None:
        """The opening hours that hold now; None where there are none."""
        return self.opening.hours

    @property
    def zone(self) -> tzinfo:
        """The time zone the company tells times in."""
        hours = self.hours
        return ZoneInfo(hours.timezone) if hours is not None else UTC

    def component_names(self) -> dict[str, dict[str, str]]:
        """Component id → language → name."""
        return {component.id: component.name for component in self.components}

    def wire(self, locale: str) -> dict[str, Any]:
        """What a customer's client is told."""
        return {
            "name": self.name,
            "accent": self.accent,
            "greeting": in_language(self.greeting, locale) or "",
            "suggestions": self.suggestions.get(locale, self.suggestions.get("en", [])),
        }


def in_language(texts: dict[str, str], locale: str) -> str | None:
    """The text in this language, else in English, else any; None when there is none."""
    return texts.get(locale) or texts.get("en") or next(iter(texts.values()), None)


def load(folder: Path) -> Company:
    """The company as the YAML files of `folder` say; files that are missing mean defaults."""
    company = _read(folder / "company.yaml", _CompanyFile) or _CompanyFile(name="Handrail")
    components = _read_list(folder / "components.yaml", _ComponentFile)
    return Company(
        name=company.name,
        languages=tuple(company.languages),
        accent=company.accent,
        greeting=company.greeting,
        suggestions=company.suggestions,
        opening=Opening(None if company.hours is None else Hours.model_validate(company.hours)),
        components=tuple(
            Component(
                one.id,
                one.name,
                {locale: tuple(words) for locale, words in one.aliases.items()},
                tuple(one.on_status_pages),
            )
            for one in components
        ),
        categories=tuple(_read_list(folder / "categories.yaml", Category)),
        collections=tuple(_read_list(folder / "collections.yaml", Collection)),
        sample_agents=tuple(company.sample_agents),
    )


def _raw(path: Path) -> Any:
    try:
        return (
            yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
            if path.is_file()
            else None
        )
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} cannot be read: {error}") from error


def _read(path: Path, model: type[_CompanyFile]) -> _CompanyFile | None:
    raw = _raw(path)
    try:
        return None if raw is None else model.model_validate(raw)
    except ValidationError as error:
        raise SetupError(f"{path} is wrong: {error}") from error


def _read_list(path: Path, model: type[_M]) -> list[_M]:
    raw = _raw(path) or []
    try:
        return [model.model_validate(item) for item in raw]
    except ValidationError as error:
        raise SetupError(f"{path} is wrong: {error}") from error
