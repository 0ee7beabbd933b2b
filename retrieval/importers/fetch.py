"""Reads pages from addresses that strangers wrote: checked, pinned, and never more than asked."""

import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from typing import Any, NoReturn, Self
from urllib.parse import urljoin, urlsplit

import httpcore

from retrieval.errors import ImportRefused
from retrieval.importers.addresses import NOBODY, Network, NotAdmitted, Resolver, system_resolver
from retrieval.importers.pinned import Deadline, PinnedBackend
from retrieval.lean import without

with without("pygments"):  # what the command `httpx` shows its answers with
    import httpx

AGENT = f"Handrail/{version('handrail')}"
WEB_PORTS = frozenset({80, 443})
LONGEST_URL = 2000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BLOCK = 64 * 1024
_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one answer may cost; an answer over a limit is refused, never cut."""

    size: int = 10_000_000
    """Bytes of the body after decompression."""
    time: timedelta = timedelta(seconds=30)
    """For one page with all its redirects, from the first connection to the last byte."""
    silence: timedelta = timedelta(seconds=10)
    """Without a single byte from the server."""
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer; the body is empty unless the status is 200."""

    url: str
    """Where the answer came from in the end, after redirects."""
    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case; a header sent several times is joined by commas."""
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The type without parameters in lower case; empty when the server names none."""
        return self.headers.get("content-type", "").split(";", 1)[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that the server declares, in lower case."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'").lower() or None
        return None


Admit = Callable[[str], None]
"""Called with every address before it is asked, redirects included; raises ImportRefused."""


class Fetcher:
    """Asks one server at a time. For one thread; close it (or use `with`) when done.

    Proxies from the environment are not used: through a proxy nobody could say which machine
    is reached. `allow` opens private networks, for any port.
    """

    def __init__(
        self,
        *,
        limits: FetchLimits | None = None,
        allow: frozenset[Network] = NOBODY,
        resolve: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
        ports: frozenset[int] = WEB_PORTS,
        cancelled: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or FetchLimits()
        self._cancelled = cancelled
        self._deadline = Deadline(self.limits.silence.total_seconds(), clock)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(),
            max_connections=4,
            max_keepalive_connections=1,
            keepalive_expiry=5,
            network_backend=PinnedBackend(
                resolve=resolve, allow=allow, ports=ports, deadline=self._deadline
            ),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def get(
        self,
        url: str,
        *,
        accept: frozenset[str] = frozenset(),
        headers: Mapping[str, str] | None = None,
        admit: Admit = lambda _: None,
        size: int | None = None,
    ) -> Fetched:
        """Return the answer after its redirects; any status is an answer, a failure refuses.

        `accept` are the media types worth reading; empty takes any. `size` replaces the limit.
        `headers` go to the first address's server alone, never to one it redirects to.
        """
        asked, at = url, web_address(url, url)
        left, hops = self.limits.time.total_seconds(), 0
        while True:
            admit(at)  # may wait its turn, which is not the server's fault
            self._deadline.start(left)
            own = dict(headers or {}) if _origin(at) == _origin(asked) else {}
            found = self._hop(at, own, accept, size or self.limits.size)
            onward = found.headers.get("location")
            if found.status not in _REDIRECTS or not onward:
                return found
            left, hops = self._deadline.left, hops + 1
            if hops > self.limits.redirects:
                most = self.limits.redirects
                _refuse(asked, f"redirects more than {most} times. Give the last address.")
            at = web_address(urljoin(at, onward.strip()), asked)

    def _hop(self, url: str, headers: dict[str, str], accept: frozenset[str], size: int) -> Fetched:
        wanted = ", ".join(sorted(accept)) or "*/*"
        sent = {"User-Agent": AGENT, "Accept": wanted, "Accept-Encoding": "gzip"} | headers
        try:
            response = self._open(url, sent)
            try:
                return self._read(url, response, accept, size)
            finally:
                response.close()
        except NotAdmitted as refused:
            raise ImportRefused(url, None, f"{refused}.") from refused
        except httpcore.TimeoutException as error:
            raise ImportRefused(url, None, self._too_slow()) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            why = str(error) or type(error).__name__
            raise ImportRefused(url, None, f"cannot be read: {why}. Try again later.") from error

    def _open(self, url: str, headers: dict[str, str]) -> httpcore.Response:
        silence = self.limits.silence.total_seconds()
        times = dict.fromkeys(("connect", "read", "write", "pool"), silence)
        lines: list[tuple[bytes | str, bytes | str]] = [("Host", _host_header(url))]
        lines += headers.items()
        parsed = httpx.URL(url)
        target = httpcore.URL(  # from parts: two parsers may disagree on what the host is
            scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
        )
        # A server may close a kept connection at the moment it is used again: ask once more.
        for last in (False, True):
            request = httpcore.Request("GET", target, headers=lines, extensions={"timeout": times})
            try:
                return self._pool.handle_request(request)
            except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
                if last or self._deadline.passed:
                    raise
        raise AssertionError("unreachable")

    def _read(
        self, url: str, response: httpcore.Response, accept: frozenset[str], size: int
    ) -> Fetched:
        found = Fetched(url, response.status, _headers(response.headers), b"")
        if found.status != 200:
            return found
        if accept and found.media_type and found.media_type not in accept:
            kinds = ", ".join(sorted(accept))
            _refuse(url, f"is {found.media_type[:80]}, not {kinds}.")
        length = found.headers.get("content-length", "")
        if length.isdecimal() and len(length) < 20 and int(length) > size:
            _refuse(url, _too_large(size))
        body = self._body(url, response, found.headers.get("content-encoding", ""), size)
        return Fetched(found.url, found.status, found.headers, body)

    def _body(self, url: str, response: httpcore.Response, encoding: str, size: int) -> bytes:
        raw = self._blocks(url, _iterable(response), size)
        named = encoding.strip().lower()
        if named in ("", "identity"):
            return b"".join(raw)
        if named not in ("gzip", "x-gzip"):
            _refuse(url, f"comes packed as {named[:40]!r}, though only gzip was asked for.")
        try:
            return unzipped(raw, size)
        except TooLarge:
            _refuse(url, _too_large(size))
        except ValueError as error:
            _refuse(url, f"{error}. Try again later.")

    def _blocks(self, url: str, blocks: Iterable[bytes], size: int) -> Iterable[bytes]:
        read = 0
        for block in blocks:
            read += len(block)
            if read > size:
                _refuse(url, _too_large(size))
            if self._cancelled():
                _refuse(url, "was left because the import was cancelled.")
            if self._deadline.passed:
                _refuse(url, self._too_slow())
            yield block

    def _too_slow(self) -> str:
        if self._deadline.passed:
            return f"took longer than {self.limits.time.total_seconds():g} s. Try again later."
        silence = self.limits.silence.total_seconds()
        return f"did not answer for {silence:g} s. Try again later."


class TooLarge(Exception):
    """More than the limit comes out of a packed body."""


def unzipped(blocks: Iterable[bytes], size: int) -> bytes:
    """Return what gzip blocks hold; TooLarge over `size` bytes, ValueError when it is no gzip.

    Never holds more than the limit and one block: a bomb is cut where it would pass the limit.
    """
    out: list[bytes] = []
    total, members, begun = 0, 0, False
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for block in blocks:
        rest = block
        while rest:
            if unpack.eof:  # a file may be several gzip members in a row
                unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
            begun = True
            try:
                part = unpack.decompress(rest, _BLOCK)
            except zlib.error as error:
                raise ValueError(f"is damaged gzip ({error})") from error
            out.append(part)
            total += len(part)
            if total > size:
                raise TooLarge
            members += unpack.eof
            if members > _MEMBERS:
                raise ValueError(f"is gzip of more than {_MEMBERS} parts")
            rest = unpack.unconsumed_tail or unpack.unused_data
    if begun and not unpack.eof:
        raise ValueError("ends in the middle of its gzip data")
    return b"".join(out)


def web_address(url: str, name: str) -> str:
    """Return `url` ready to be asked; ImportRefused, naming `name`, when it is no web address."""
    shown = url if len(url) <= 200 else f"{url[:200]}…"
    if len(url) > LONGEST_URL:
        _refuse(name[:200], f"leads to an address of more than {LONGEST_URL:,} characters.")
    try:
        parsed = httpx.URL(url)
        urlsplit(url)
        port = parsed.port
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise ImportRefused(name, None, f"{shown} is no web address: {error}.") from error
    if parsed.scheme not in ("http", "https"):
        _refuse(name, f"{shown} is no web address. Only http:// and https:// are read.")
    if not parsed.host:
        _refuse(name, f"{shown} names no server. Write it as https://help.example.com/.")
    if parsed.userinfo:
        _refuse(name, f"the address for {parsed.host} holds a user name or password. Remove it.")
    if port == 0:
        _refuse(name, f"{shown} names port 0, which no server has.")
    return str(parsed.copy_with(fragment=None))


def _origin(url: str) -> tuple[str, str, int | None]:
    parsed = httpx.URL(url)
    return parsed.scheme, parsed.host, parsed.port


def _host_header(url: str) -> str:
    return httpx.URL(url).netloc.decode("ascii")


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("ascii", "replace").lower()
        text = _text(value)
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _iterable(response: httpcore.Response) -> Iterable[bytes]:
    stream: Any = response.stream
    blocks: Iterable[bytes] = iter(stream)
    return blocks


def _too_large(size: int) -> str:
    return f"is larger than {size / 1_000_000:g} MB."


def _refuse(name: str, message: str) -> NoReturn:
    raise ImportRefused(name, None, message)
