"""What a site's owner allows programs to read: robots.txt (RFC 9309)."""

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
from protego import Protego

from retrieval.errors import ImportRefused
from retrieval.importers.pace import LONGEST_DELAY, Paced, TooBusy
from retrieval.importers.refusals import NotOffered

NAME = "Handrail"
"""What a robots.txt calls this program."""
_LARGEST = 512_000
"""Bytes; RFC 9309 wants at least 500 KiB read."""


class Robots:
    """The rules of every host that an import meets, each asked once."""

    def __init__(self, paced: Paced) -> None:
        self._paced = paced
        self._rules: dict[str, Any] = {}

    def check(self, url: str) -> None:
        """Raise NotOffered when the owner forbids `url`; ImportRefused when nobody can tell."""
        parsed = httpx.URL(url)
        origin = f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"
        if origin not in self._rules:
            self._rules[origin] = self._read(origin)
        rules = self._rules[origin]
        if isinstance(rules, str):
            raise ImportRefused(url, None, rules)
        if rules is not None and not rules.can_fetch(url, NAME):
            why = "is not for programs: the site's robots.txt forbids it to Handrail."
            raise NotOffered(url, None, f"{why} Ask its owner, or import an export.")

    def _read(self, origin: str) -> Any:
        """Return the rules, None when everything is allowed, or the sentence why nothing is."""
        where = urljoin(origin, "/robots.txt")
        try:
            found = self._paced.get(where, size=_LARGEST)
        except TooBusy:
            raise
        except ImportRefused as refused:
            return f"cannot be asked for, as the site's robots.txt {refused.message}"
        if 400 <= found.status < 500:
            return None
        if found.status != 200:
            return f"cannot be asked for, as the site's robots.txt answers {found.status}."
        rules = Protego.parse(found.body.decode("utf-8-sig", "replace"))
        return self._obeying(rules)

    def _obeying(self, rules: Any) -> Any:
        delay = rules.crawl_delay(NAME)
        if delay is None or not delay > 0:
            return rules
        if delay > LONGEST_DELAY.total_seconds():
            wanted = f"{delay:g} s between two pages, more than {LONGEST_DELAY.total_seconds():g}"
            return f"cannot be asked for, as robots.txt wants {wanted}. Import an export instead."
        self._paced.slow_down(timedelta(seconds=delay))
        return rules
