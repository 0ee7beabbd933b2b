"""All pages of a sitemap and of the sitemaps it refers to."""

from collections import deque
from collections.abc import Iterator

from retrieval.errors import ImportRefused
from retrieval.importers import sitemap
from retrieval.importers.fetch import Fetched
from retrieval.importers.pace import Paced, TooBusy
from retrieval.importers.robots import Robots
from retrieval.importers.site import Site
from retrieval.importers.sitemap import Entry

_DEEPEST = 3


def listed(
    first: Fetched, paced: Paced, robots: Robots, site: Site, *, most: int
) -> Iterator[tuple[str, Entry | ImportRefused]]:
    """Yield every page of the sitemap `first` and of those below it, or why one cannot be read.

    No sitemap is read twice, so a circle ends. Raises ImportRefused when `first` is none.
    """
    top = sitemap.parse(first.body, first.url)
    yield from _entries(top)
    met = {site.own(first.url)}
    queue = deque((address, 1) for address in top.sitemaps)
    read = 1
    while queue:
        written, depth = queue.popleft()
        address = site.own(written)
        if address in met:
            continue
        met.add(address)
        try:
            if address is None:
                met.discard(None)
                why = f"is not on {site}: a sitemap speaks for its own site only."
                raise ImportRefused(written, None, why)
            if depth > _DEEPEST or read >= most:
                limit = f"{_DEEPEST} levels or {most} sitemaps"
                raise ImportRefused(address, None, f"is beyond the limit of {limit}.")
            read += 1
            found = _read(address, paced, robots)
        except TooBusy:
            raise
        except ImportRefused as refused:
            yield written, refused
            continue
        queue.extend((one, depth + 1) for one in found.sitemaps)
        yield from _entries(found)


def _read(address: str, paced: Paced, robots: Robots) -> sitemap.Sitemap:
    answer = paced.get(address, admit=robots.check, size=sitemap.LARGEST)
    if answer.status != 200:
        raise ImportRefused(address, None, f"answers {answer.status}.")
    return sitemap.parse(answer.body, address)


def _entries(found: sitemap.Sitemap) -> Iterator[tuple[str, Entry]]:
    return ((entry.address, entry) for entry in found.pages)
