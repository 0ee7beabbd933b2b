"""Which addresses belong to one site, and when two of them are the same page."""

import re
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin

import httpx

from retrieval.errors import ImportRefused
from retrieval.importers.fetch import web_address

_TRACKING = re.compile(
    r"utm_\w+|gclid|gbraid|wbraid|fbclid|msclkid|yclid|dclid|twclid|igshid|mc_[ce]id|_ga|_gl"
    r"|_hs\w+|hsCtaTracking|spm|phpsessid|jsessionid|sessionid|session_id",
    re.IGNORECASE,
)
_SAFE = ":@!$&'()*+,;=~-._"
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def tidy(address: str, base: str | None = None) -> str | None:
    """Return one way of writing `address` (made absolute by `base`); None when it is none.

    Without fragment, tracking parameters, dot segments and needless escapes, so that the same
    page is asked for once.
    """
    try:
        absolute = urljoin(base, address.strip()) if base else address.strip()
        url = httpx.URL(web_address(absolute, absolute))
        path = _tidy_path(url.raw_path.decode("ascii").partition("?")[0])
        parts = url.query.decode("ascii").split("&")
        query = "&".join(part for part in parts if part and not _tracks(part))
        return str(url.copy_with(path=path, query=query.encode() or None))
    except (ImportRefused, ValueError, httpx.InvalidURL):
        return None


def _tracks(part: str) -> bool:
    return _TRACKING.fullmatch(unquote(part.partition("=")[0])) is not None


def _tidy_path(raw: str) -> str:
    kept: list[str] = []
    segments = raw.removeprefix("/").split("/")
    for at, written in enumerate(segments):
        # Unescape what need not be escaped, so that `%2e%2e` cannot climb past the start path.
        segment = quote(unquote_to_bytes(_ESCAPE.sub("%25", written)), safe=_SAFE)
        if segment == "..":
            kept[-1:] = []
        if segment not in (".", ".."):
            kept.append(segment)
        elif at == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)


class Site:
    """The pages that an import may read: one host, and below the start path unless told."""

    def __init__(self, start: str, *, below: bool) -> None:
        url = httpx.URL(tidy(start) or start)
        self._scheme = url.scheme
        self._host = _without_www(url.host)
        self._port = url.port
        self.prefix = _folder(url.path) if below else "/"

    def __str__(self) -> str:
        port = f":{self._port}" if self._port else ""
        return f"{self._scheme}://{self._host}{port}{self.prefix}"

    def own(self, address: str, base: str | None = None) -> str | None:
        """Return the address to ask for, or None when it lies outside.

        A plain http link into a site that is read by https is asked for by https.
        """
        tidied = tidy(address, base)
        if tidied is None:
            return None
        url = httpx.URL(tidied)
        if self._scheme == "https" and url.scheme == "http" and url.port is None:
            url = url.copy_with(scheme="https")
        same = _without_www(url.host) == self._host and url.port == self._port
        upgraded = url.scheme in (self._scheme, "https")
        return str(url) if same and upgraded and self._below(url.path) else None

    def _below(self, path: str) -> bool:
        return path.startswith(self.prefix) or path == self.prefix.rstrip("/")


def _without_www(host: str) -> str:
    return host.removeprefix("www.")


def _folder(path: str) -> str:
    """Return the folder of a page, `/help/` for `/help`, `/help/` and `/help/index.html`."""
    if path.endswith("/"):
        return path
    parent, _, last = path.rpartition("/")
    return f"{parent}/" if "." in last else f"{path}/"
