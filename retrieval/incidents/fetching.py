"""Reads pages of a status page: in bounded time and size, and only when they have changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from retrieval.errors import ImportRefused, SourceUnavailable
from retrieval.importers.fetch import AGENT, TooLarge, unzipped, web_address

SECONDS = 5.0
"""For one page with its redirects, from the first byte sent to the last one read."""
SIZE = 1_000_000
"""Bytes of one page, packed and unpacked."""
REDIRECTS = 3
LONGEST_WAIT = timedelta(hours=1)
"""However long a server asks us to stay away."""
_KEPT = 8
_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The last good page of an address, for the answer "not modified"."""

    etag: str | None
    modified: str | None
    page: Any


class PageReader:
    """Reads the pages of one source. Proxies and cookies are not used."""

    def __init__(
        self, http: httpx.AsyncClient, *, seconds: float = SECONDS, size: int = SIZE
    ) -> None:
        self._http = http
        self._seconds = seconds
        self._size = size
        self._kept: dict[tuple[str, type[BaseModel]], _Kept] = {}

    async def read(self, url: str, model: type[M]) -> M:
        """Return the page, checked; SourceUnavailable says what was wrong with it.

        A page that has not changed since the last good one costs no transfer. Only a page that
        could be used is remembered, so a broken one is asked for again.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._read(url, model)
        except TimeoutError as error:
            raise SourceUnavailable(url, f"took longer than {self._seconds:g} s.") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            why = str(error).strip() or type(error).__name__
            raise SourceUnavailable(url, f"cannot be reached: {why[:200]}") from error

    async def _read(self, url: str, model: type[M]) -> M:
        at = url
        for _ in range(REDIRECTS + 1):
            kept = self._kept.get((at, model))
            async with self._asked(at, kept) as response:
                onward = response.headers.get("location")
                if response.status_code in _REDIRECTED and onward:
                    at = _onward(url, at, onward)
                    continue
                if response.status_code == 304 and kept is not None:
                    page: M = kept.page
                    return page
                if response.status_code != 200:
                    _refuse_status(url, response)
                body = await self._body(url, response)
                page = await asyncio.to_thread(_parsed, url, body, model)
                self._keep((at, model), response.headers, page)
                return page
        raise SourceUnavailable(url, f"redirects more than {REDIRECTS} times.")

    @asynccontextmanager
    async def _asked(self, url: str, kept: _Kept | None) -> AsyncIterator[httpx.Response]:
        headers = {"User-Agent": AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"}
        if kept is not None and kept.etag:
            headers["If-None-Match"] = kept.etag
        if kept is not None and kept.modified:
            headers["If-Modified-Since"] = kept.modified
        # The limit on the whole is the only clock: one for each part would sometimes ring first.
        untimed = {"timeout": httpx.Timeout(None).as_dict()}
        request = httpx.Request("GET", url, headers=headers, extensions=untimed)
        response = await self._http.send(request, stream=True, follow_redirects=False)
        try:
            yield response
        finally:
            await response.aclose()

    async def _body(self, url: str, response: httpx.Response) -> bytes:
        packed = response.headers.get("content-encoding", "").strip().lower()
        if packed not in ("", "identity", "gzip", "x-gzip"):
            raise SourceUnavailable(url, f"comes packed as {packed[:40]!r}, which was not asked.")
        blocks, read = [], 0
        async for block in response.aiter_raw():
            read += len(block)
            if read > self._size:
                raise SourceUnavailable(url, _too_large(self._size))
            blocks.append(block)
        if packed in ("", "identity"):
            return b"".join(blocks)
        try:
            return await asyncio.to_thread(unzipped, blocks, self._size)
        except TooLarge as error:
            raise SourceUnavailable(url, _too_large(self._size)) from error
        except ValueError as error:
            raise SourceUnavailable(url, f"{error}.") from error

    def _keep(self, key: tuple[str, type[BaseModel]], headers: httpx.Headers, page: Any) -> None:
        self._kept.pop(key, None)
        etag, modified = headers.get("etag"), headers.get("last-modified")
        if etag or modified:
            self._kept[key] = _Kept(etag, modified, page)
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]


def client() -> httpx.AsyncClient:
    """Return a client for all sources; close it when done."""
    return httpx.AsyncClient(
        trust_env=False,
        limits=httpx.Limits(max_connections=16, max_keepalive_connections=8),
    )


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return how long a server asks us to stay away, at most an hour; None when it does not."""
    said = (value or "").strip()
    if said.isascii() and said.isdecimal():
        return min(timedelta(seconds=min(int(said[:9]), 10**8)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    at = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max(at - now, timedelta(0)), LONGEST_WAIT)


def _onward(asked: str, at: str, onward: str) -> str:
    """Return where a redirect leads; only elsewhere on the host that the settings name."""
    try:
        to = web_address(urljoin(at, onward.strip()), asked)
    except ImportRefused as error:
        raise SourceUnavailable(asked, f"redirects to a wrong address: {error.message}") from error
    old, new = urlsplit(at), urlsplit(to)
    if new.hostname != old.hostname or (old.scheme, new.scheme) == ("https", "http"):
        raise SourceUnavailable(
            asked,
            f"redirects to {new.scheme}://{new.netloc[:100]}. If that is the status page now, "
            "write its address in the setting.",
        )
    return to


def _refuse_status(url: str, response: httpx.Response) -> NoReturn:
    status = response.status_code
    if status in _BUSY:
        wait = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
        raise SourceUnavailable(url, f"is busy (status {status}).", retry_after=wait, status=status)
    hint = " Check the address in the setting." if status in (401, 403, 404, 410) else ""
    raise SourceUnavailable(url, f"answers with status {status}.{hint}", status=status)


def _parsed(url: str, body: bytes, model: type[M]) -> M:
    text = body.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:1] == b"<":
        raise SourceUnavailable(
            url, "is a web page, not JSON. Give the address of the status page, and the right kind."
        )
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:200] or "the page"
        raise SourceUnavailable(
            url, f"cannot be understood: {place}: {first['msg'][:200]}."
        ) from error
    except RecursionError as error:
        raise SourceUnavailable(url, "is nested too deeply.") from error


def _too_large(size: int) -> str:
    return f"is larger than {size / 1_000_000:g} MB."
