"""Reads a source: from its kind and address to its documents, whatever they are written in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from retrieval.errors import ImportRefused
from retrieval.sources import Kind

if TYPE_CHECKING:  # settings are read by every command, imports by one
    from retrieval.importing import Item

KINDS = ("auto", "files", "web", "zendesk", "intercom")
"""What somebody may call it; `auto` looks at the address."""


class ImportSettings(BaseModel):
    """How far an import goes, and whom it may ask."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    pages: int = Field(2000, ge=1)
    """Pages of one web site that are read at most."""
    private_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks inside your own walls that an import may read, such as `10.1.0.0/16`; none by
    default, so that nobody reads them through this server."""

    @property
    def networks(self) -> frozenset[IPv4Network | IPv6Network]:
        """The private networks, as the importers take them."""
        return frozenset(self.private_networks)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read, and what is known of it already."""

    kind: Kind
    address: str
    settings: ImportSettings = field(default_factory=ImportSettings)
    etags: Mapping[str, str] = field(default_factory=dict)
    """What need not be sent again if it is still the same: source id → ETag."""
    token: str | None = None
    """Opens the help centre's API, with Zendesk also as `EMAIL:TOKEN`; never stored."""


def kind_of(wanted: str, address: str) -> Kind:
    """Return what kind of source this is; ImportRefused if there is nothing to read.

    `wanted` is one of KINDS.
    """
    web = is_web(address)
    if wanted == "zendesk":
        return "zendesk"
    if wanted == "intercom":
        return "intercom"
    if web and wanted in ("auto", "web"):
        return "web"
    if web or wanted == "web":
        why = "is no file here" if web else "is no address of a web page"
        raise ImportRefused(address, None, f"{why}. Give the other kind, or correct it.")
    path = Path(address)
    if not path.exists():
        raise ImportRefused(address, None, "no such file or folder. Correct the path.")
    if path.is_dir():
        return "folder"
    return "zip" if path.suffix.lower() == ".zip" else "upload"


def is_web(address: str) -> bool:
    """Whether this is an address of the web, and not a path."""
    return urlsplit(address).scheme.lower() in ("http", "https")


def name_for(kind: Kind, address: str) -> str:
    """Return what people may call this source: its host, its folder, its file."""
    if kind == "upload":
        return "upload"
    if is_web(address):
        return urlsplit(address).hostname or address
    return Path(address).resolve().name or address


def read(what: Reading, cancelled: Callable[[], bool]) -> Iterator["Item"]:
    """Yield every document of a source, or the reason why one is none; blocks while it reads."""
    if what.kind == "web":
        yield from _web(what, cancelled)
    elif what.kind == "zendesk":
        yield from _zendesk(what, cancelled)
    elif what.kind == "intercom":
        yield from _intercom(what, cancelled)
    else:
        from retrieval.importers import files

        yield from files.read(Path(what.address))


def _web(what: Reading, cancelled: Callable[[], bool]) -> Iterator["Item"]:
    from retrieval.importers import web

    return web.read_again(
        what.address,
        known=what.etags,
        options=web.WebOptions(pages=what.settings.pages),
        allow=what.settings.networks,
        cancelled=cancelled,
    )


def _zendesk(what: Reading, cancelled: Callable[[], bool]) -> Iterator["Item"]:
    from retrieval.importers import zendesk

    if not is_web(what.address):
        return zendesk.read(Path(what.address))
    email, mark, token = (what.token or "").partition(":")
    own = mark and "@" in email
    return zendesk.ask(
        what.address,
        email=email if own else None,
        token=token if own else what.token,
        allow=what.settings.networks,
        cancelled=cancelled,
    )


def _intercom(what: Reading, cancelled: Callable[[], bool]) -> Iterator["Item"]:
    from retrieval.importers import intercom

    if not is_web(what.address):
        return intercom.read(Path(what.address))
    if not what.token:
        why = "gives its articles to an access token only. Name one, or import an export."
        raise ImportRefused(what.address, None, why)
    return intercom.ask(
        what.token, base=what.address, allow=what.settings.networks, cancelled=cancelled
    )
