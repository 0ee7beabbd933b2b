"""Which status pages are read, how often, and when admins are reminded to write an update."""

from collections.abc import Iterator
from datetime import UTC, timedelta, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from retrieval.errors import ImportRefused
from retrieval.importers.fetch import web_address
from retrieval.incidents.picture import SourceOptions

EXAMPLE = "statuspage=https://status.example.com"
OWN = ("manual", "sample")
"""Names that incidents of the team itself carry; no status page may be called so."""
_OPTIONS = ("name", "zone", "language")
_LONGEST_NAME = 64


class IncidentSettings(BaseModel):
    """Where incidents come from besides the team, and how long silence may last."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    sources: str = ""
    """Status pages to read, between blanks: `KIND=ADDRESS`, with `,name=`, `,zone=` or
    `,language=` after it. Kinds are `statuspage`, `cachet`, `instatus` and `incidentio`."""
    every: timedelta = Field(timedelta(seconds=60), ge=timedelta(seconds=60))
    """How often a status page is read while it answers; up to a fifth longer, by chance."""
    longest_pause: timedelta = Field(timedelta(minutes=10), ge=timedelta(seconds=60))
    """A status page that fails is asked less and less often, but at least once in this time."""
    unconfirmed_after: timedelta = Field(timedelta(minutes=10), ge=timedelta(minutes=2))
    """When a status page was not read for so long, its incidents are shown as not confirmed."""
    cadence: timedelta = Field(timedelta(minutes=30), ge=timedelta(minutes=1))
    """An incident without a public update for so long reminds the admins, unless it has its own
    number of minutes."""

    @field_validator("sources")
    @classmethod
    def _readable(cls, said: str) -> str:
        parse(said)
        return said

    @model_validator(mode="after")
    def _patient(self) -> "IncidentSettings":
        if self.unconfirmed_after < 2 * self.every:
            raise ValueError(
                "unconfirmed_after must be at least twice every: one failed attempt is no silence"
            )
        return self


def parse(said: str) -> tuple[SourceOptions, ...]:
    """Return the sources that the setting names; ValueError says which part is wrong and why."""
    found = tuple(_sources(said))
    names = [one.name for one in found]
    for one in found:
        if names.count(one.name) > 1:
            raise ValueError(
                f"two sources are called {one.name!r}. Give one of them a name of its own: "
                f"{one.kind}={one.url},name={one.name}-{one.kind}"
            )
    return found


def _sources(said: str) -> Iterator[SourceOptions]:
    for entry in said.split():
        first, *rest = entry.split(",")
        kind, sign, url = first.partition("=")
        if not sign or not kind or not url:
            raise ValueError(f"{entry!r} is no source. Write KIND=ADDRESS, such as {EXAMPLE}")
        if not kind.isidentifier() or kind in OWN:
            raise ValueError(f"{kind!r} in {entry!r} is no kind of status page, as in {EXAMPLE}")
        yield _source(entry, kind, url, dict(_option(entry, one) for one in rest))


def _option(entry: str, said: str) -> tuple[str, str]:
    name, _, value = said.partition("=")
    if name not in _OPTIONS or not value:
        raise ValueError(f"{said!r} in {entry!r} is no option. There are {', '.join(_OPTIONS)}")
    return name, value


def _source(entry: str, kind: str, url: str, options: dict[str, str]) -> SourceOptions:
    try:
        address = web_address(url, entry).rstrip("/")
    except ImportRefused as error:
        raise ValueError(str(error)) from error
    if urlsplit(address).query:
        raise ValueError(f"{url!r} holds a query. Give the address of the status page alone")
    name = options.get("name", urlsplit(address).netloc)
    if len(name) > _LONGEST_NAME or not name.isprintable() or name in OWN:
        raise ValueError(
            f"{name!r} in {entry!r} cannot be a name: at most {_LONGEST_NAME} characters, "
            f"and not {' or '.join(OWN)}. Give one with ,name="
        )
    zone = _zone(entry, options.get("zone", "UTC"))
    return SourceOptions(kind, name, address, options.get("language", "en"), zone)


def _zone(entry: str, name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"{name!r} in {entry!r} is no time zone. Write it as in zone=Asia/Kuala_Lumpur"
        ) from error
