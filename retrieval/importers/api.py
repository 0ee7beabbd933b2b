"""Reads a help centre's own API page by page, with a token that never leaves its server."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from retrieval.errors import ImportRefused
from retrieval.importers.addresses import Network
from retrieval.importers.exports import Page, parsed
from retrieval.importers.fetch import web_address
from retrieval.importers.pace import Paced

_MOST_PAGES = 5000
_JSON = frozenset({"application/json", "text/json"})

Next = Callable[[dict[str, Any]], str | None]
"""From one page to the address of the next, as the API writes it; None at the end."""


class Api:
    """One server's API. Redirects and "next" addresses that lead to another server are refused."""

    def __init__(
        self,
        base: str,
        paced: Paced,
        *,
        headers: Mapping[str, str],
        allow: frozenset[Network],
    ) -> None:
        self.base = web_address(base.strip().rstrip("/") + "/", base)
        self._paced = paced
        self._headers = dict(headers)
        if "Authorization" in headers and not self.base.startswith("https://") and not allow:
            why = "is not encrypted, so anybody could read the token. Write https://."
            raise ImportRefused(base, None, why)

    def get(self, path: str) -> dict[str, Any]:
        """Return one JSON object; ImportRefused says what the server did not like."""
        url = urljoin(self.base, path)
        headers = {"Accept": "application/json"} | self._headers
        found = self._paced.get(url, accept=_JSON, headers=headers, admit=self._stay)
        if found.status != 200:
            raise ImportRefused(url, None, _status(found.status, with_token=bool(self._headers)))
        return parsed(found.body, url)

    def pages(self, path: str, following: Next) -> Iterator[Page]:
        """Yield every page of a listing; raises ImportRefused where it breaks off."""
        url: str | None = urljoin(self.base, path)
        met: set[str] = set()
        while url is not None:
            if url in met or len(met) >= _MOST_PAGES:
                raise ImportRefused(url, None, "leads in a circle, or never ends.")
            met.add(url)
            page = self.get(url)
            yield url, page
            onward = following(page)
            url = None if onward is None else urljoin(url, onward)

    def _stay(self, url: str) -> None:
        if _origin(url) != _origin(self.base):
            raise ImportRefused(url, None, f"is not on {self.base}, and the token stays there.")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _status(status: int, *, with_token: bool) -> str:
    if status == 401:
        return "answers 401: the token is not accepted. Make a new one." if with_token else (
            "answers 401: it wants a token. Give one that may read articles."
        )  # fmt: skip
    if status == 403:
        return "answers 403: the token may not read articles. Give it that permission."
    if status == 404:
        return "answers 404: there is no such help centre. Check the address."
    return f"answers {status}. Try again later."


def bearer(token: str) -> dict[str, str]:
    """Return the header for a token; ImportRefused when it was not copied cleanly."""
    return {"Authorization": f"Bearer {clean(token)}"}


def clean(token: str) -> str:
    """Return a token without the white space around it; one with any inside is refused."""
    stripped = token.strip()
    if not stripped or not stripped.isascii() or any(sign.isspace() for sign in stripped):
        raise ImportRefused("The token", None, "is empty, or holds strange signs. Copy it again.")
    return stripped
