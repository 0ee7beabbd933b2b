"""Articles from a web site: the pages of a sitemap, or those found by following links.

Polite and careful: robots.txt, `noindex` and `nofollow` hold, one request at a time with pauses,
only public addresses, and an end to everything (pages, depth, sizes, time).
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx

from retrieval.errors import ImportRefused
from retrieval.importers import html, signals, sitemap
from retrieval.importers.addresses import NOBODY, Network
from retrieval.importers.document import Document
from retrieval.importers.fetch import Fetched, Fetcher
from retrieval.importers.pace import Paced, TooBusy
from retrieval.importers.refusals import Incomplete, NotOffered
from retrieval.importers.robots import Robots
from retrieval.importers.site import Site, tidy
from retrieval.importers.sitemaps import listed

PAGES = frozenset({"text/html", "application/xhtml+xml"})
SITEMAPS = frozenset(
    {"application/xml", "text/xml", "application/gzip", "application/x-gzip", "text/plain"}
    | {"application/octet-stream"}
)
_FAILURES = 10
"""Pages in a row that fail before the whole site is taken for broken."""
_QUERIES = 50
"""Addresses that differ only in their query: more are a calendar or a filter, not articles."""
_MEMORY = 20
"""Addresses remembered per page allowed."""
_NO_PAGE = (
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".css", ".js", ".mjs",
    ".json", ".xml", ".rss", ".atom", ".zip", ".gz", ".tgz", ".7z", ".rar", ".exe", ".dmg",
    ".msi", ".apk", ".mp3", ".mp4", ".webm", ".mov", ".avi", ".wav", ".woff", ".woff2", ".ttf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WebOptions:
    """How far an import of a web site goes."""

    pages: int = 2000
    """Addresses that are asked for; robots.txt and sitemaps do not count."""
    depth: int = 10
    """Links between the start and a page."""
    delay: timedelta = timedelta(seconds=0.2)
    """Shortest pause between two requests; the site may ask for more."""
    whole_site: bool = False
    """Follow links out of the folder of the start address too, though never to another host."""
    sitemaps: int = 100


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that this page is as it was when it was imported last."""

    source_id: str


Item = tuple[str, Document | ImportRefused]
Found = Document | ImportRefused | Unchanged


def read(
    start: str,
    *,
    options: WebOptions | None = None,
    fetcher: Fetcher | None = None,
    allow: frozenset[Network] = NOBODY,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, known: None,
) -> Iterator[Item]:
    """Yield the pages that a sitemap lists, or those reached by links from `start`.

    Each comes with its address: its page, or why it is none (NotOffered when it will stay none).
    An address that cannot be read at all raises ImportRefused; where a part was not seen the last
    item is Incomplete. `progress` hears the addresses done and known so far. Blocks while it
    waits and reads: run it in a thread. Ends without a word once cancelled.
    """
    for name, item in read_again(
        start, known={}, options=options, fetcher=fetcher, allow=allow,
        cancelled=cancelled, progress=progress,
    ):  # fmt: skip
        if not isinstance(item, Unchanged):
            yield name, item


def read_again(
    start: str,
    *,
    known: Mapping[str, str],
    options: WebOptions | None = None,
    fetcher: Fetcher | None = None,
    allow: frozenset[Network] = NOBODY,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, known: None,
) -> Iterator[tuple[str, Found]]:
    """As `read`, but asks only for what changed: `known` are the ETags by source id.

    Only pages of a sitemap can be unchanged: a page that was reached by links is always read,
    as its links lead on.
    """
    own = fetcher or Fetcher(allow=allow, cancelled=cancelled)
    try:
        crawl = _Crawl(start, options or WebOptions(), own, cancelled, progress, known)
        yield from crawl.run()
    except ImportRefused:
        if not cancelled():  # what a cancelled request could not read is nobody's fault
            raise
    finally:
        if fetcher is None:
            own.close()


class _Crawl:
    """One import: what is still to be asked, and what was seen."""

    def __init__(
        self,
        start: str,
        options: WebOptions,
        fetcher: Fetcher,
        cancelled: Callable[[], bool],
        progress: Callable[[int, int], None],
        known: Mapping[str, str],
    ) -> None:
        self.start = start.strip()
        self.options = options
        self.cancelled = cancelled
        self.progress = progress
        self.known = known
        self.paced = Paced(fetcher, delay=options.delay, cancelled=cancelled)
        self.robots = Robots(self.paced)
        self.queue: deque[tuple[str, int, dict[str, str]]] = deque()
        self.met: set[str] = set()
        self.taken: set[str] = set()
        self.texts: dict[bytes, str] = {}
        self.queries: Counter[str] = Counter()
        self.asked = 0
        self.failed = 0
        self.streak = 0
        self.unseen: list[str] = []
        self.walking = False
        self.site = Site("http://unset.invalid/", below=False)

    def run(self) -> Iterator[tuple[str, Found]]:
        first = self._first()
        if sitemap.looks_like_sitemap(first.body):
            self.site = Site(first.url, below=False)
            yield from self._from_sitemap(first)
        else:
            self.walking = True
            self.site = Site(first.url, below=not self.options.whole_site)
            own = self.site.own(first.url) or first.url
            self.met.add(own)
            self.queue.append((own, 0, {}))
        yield from self._work(first)
        for path in (path for path, count in self.queries.items() if count > _QUERIES):
            why = f"has over {_QUERIES} addresses that differ after `?` alone: the rest is left."
            yield path, NotOffered(path, None, why)
        if not self.cancelled() and self.unseen:
            why = " ".join(self.unseen)
            yield self.start, Incomplete(self.start, None, f"was not read completely: {why}")

    def _first(self) -> Fetched:
        """Read the start; a site that cannot even give that one is refused as a whole."""
        found = self.paced.get(
            self.start, accept=PAGES | SITEMAPS, admit=self.robots.check, size=sitemap.LARGEST
        )
        if found.status != 200:
            raise _status(self.start, found.status)
        if found.media_type not in PAGES and not sitemap.looks_like_sitemap(found.body):
            kind = found.media_type or "of no declared type"
            why = f"is {kind}, neither a web page nor a sitemap. Check the address."
            raise ImportRefused(self.start, None, why)
        return found

    def _from_sitemap(self, first: Fetched) -> Iterator[Item]:
        for name, item in listed(
            first, self.paced, self.robots, self.site, most=self.options.sitemaps
        ):
            if self.cancelled():
                return
            if isinstance(item, ImportRefused):
                self.unseen.append("A sitemap could not be read.")
                yield name, item
                continue
            own = self.site.own(item.address)
            if own is None:
                why = f"is not on {self.site}: a sitemap speaks for its own site only."
                yield name, NotOffered(name, None, why)
            else:
                self._meet(own, 0, item.alternates)

    def _meet(self, address: str, depth: int, alternates: dict[str, str]) -> None:
        """Remember an address to ask for, unless it was met, leads nowhere, or is a trap."""
        if address in self.met or len(self.met) > self.options.pages * _MEMORY:
            return
        url = httpx.URL(address)
        if self.walking and url.path.lower().endswith(_NO_PAGE):
            return
        if self.walking and url.query:
            self.queries[url.path] += 1
            if self.queries[url.path] > _QUERIES:
                return
        self.met.add(address)
        self.queue.append((address, depth, alternates))

    def _work(self, first: Fetched) -> Iterator[tuple[str, Found]]:
        """Ask for one address after the other until none is left, or it makes no sense."""
        while self.queue and not self.cancelled():
            if self.asked >= self.options.pages:
                beyond = f"{len(self.queue):,} addresses beyond the limit of {self.asked:,} pages"
                self.unseen.append(f"{beyond} were not asked for. Give a deeper start address.")
                return
            address, depth, alternates = self.queue.popleft()
            self.asked += 1
            answer = first if self.walking and depth == 0 else self._answer(address)
            if self.cancelled():
                return
            made: Found | None = self._made(address, depth, alternates, answer)
            if made is not None:
                yield made.source_id if isinstance(made, Document | Unchanged) else address, made
            self.progress(self.asked, self.asked + len(self.queue))
            if isinstance(made, TooBusy):
                self.unseen.append(f"The server {made.message}")
                return
            if self.streak == _FAILURES:
                self.unseen.append(f"{_FAILURES} pages in a row failed; the rest was not tried.")
                return
        if self.failed and self.walking:
            self.unseen.append(f"What {self.failed:,} failed pages link to was not seen.")

    def _answer(self, address: str) -> Fetched | ImportRefused:
        """Ask for one page; a failure, unlike a no, counts towards taking the site for broken."""
        try:
            answer: Fetched | ImportRefused = self._ask(address)
            if isinstance(answer, Fetched) and answer.status not in (200, 304):
                answer = _status(address, answer.status)
        except ImportRefused as refused:
            answer = _about(address, refused)
        failed = isinstance(answer, ImportRefused) and not isinstance(answer, NotOffered)
        self.failed += failed
        self.streak = self.streak + 1 if failed else 0
        return answer

    def _made(
        self, address: str, depth: int, alternates: dict[str, str], answer: Fetched | ImportRefused
    ) -> Found | None:
        """Return what became of one address; None for another address of a page that is known."""
        if isinstance(answer, ImportRefused):
            return answer
        if answer.status == 304:
            return Unchanged(address)
        try:
            return self._page(address, depth, alternates, answer)
        except ImportRefused as refused:
            return _about(address, refused)

    def _ask(self, address: str) -> Fetched:
        tag = None if self.walking else self.known.get(address)
        headers = {"If-None-Match": tag} if tag else {}
        return self.paced.get(address, accept=PAGES, headers=headers, admit=self._admit)

    def _admit(self, address: str) -> None:
        if self.site.own(address) is None:
            raise NotOffered(address, None, f"lies outside of {self.site}.")
        self.robots.check(address)

    def _page(
        self, address: str, depth: int, alternates: dict[str, str], answer: Fetched
    ) -> Found | None:
        said = signals.read(answer)
        if self.walking and not said.nofollow and depth < self.options.depth:
            for link in said.links:
                own = self.site.own(link)
                if own is not None:
                    self._meet(own, depth + 1, {})
        if said.noindex:
            why = "is marked `noindex`: its owner does not want it found by programs."
            raise NotOffered(address, None, why)
        reached = self.site.own(answer.url) or address
        if reached in self.taken:
            return None  # a redirect to a page that is here already
        real = (said.canonical and self.site.own(said.canonical)) or reached
        if real in self.taken:
            why = f"names {real} as its real address, and that page is here already."
            raise NotOffered(address, None, why)
        document = html.parse(signals.utf8(answer), real, base_url=answer.url)
        text = hashlib.sha256(f"{document.title}\0{document.body}".encode()).digest()
        first = self.texts.setdefault(text, real)
        if first != real:
            raise NotOffered(address, None, f"has the same text as {first}.")
        self.taken.add(real)
        return _placed(document, real, answer, alternates | said.alternates)


def _placed(
    document: Document, address: str, answer: Fetched, alternates: Mapping[str, str]
) -> Document:
    """Return the page under its own address, with what its site says about its languages."""
    languages = {tag.lower(): tidy(url) or url for tag, url in alternates.items()}
    own = [tag for tag, url in languages.items() if url == address and tag != "x-default"]
    versions = {*languages.values(), address}
    key = languages.get("x-default", min(versions)) if len(versions) > 1 else None
    locale = document.locale or (own[0] if own else None)
    return replace(
        document,
        source_id=address,
        name=address,
        url=address,
        locale=locale,
        translation_key=key,
        etag=answer.headers.get("etag"),
    )


def _about(address: str, refused: ImportRefused) -> ImportRefused:
    """Name the address that was asked for, also where a redirect of it was refused."""
    if refused.name == address or isinstance(refused, TooBusy):
        return refused
    kind = NotOffered if isinstance(refused, NotOffered) else ImportRefused
    return kind(address, refused.line, f"leads to {refused.name}, which {refused.message}")


def _status(address: str, status: int) -> ImportRefused:
    if status in (404, 410):
        return NotOffered(address, None, f"answers {status}: there is no such page (any more).")
    if status in (401, 403):
        why = f"answers {status}: only people who signed in may read it. Import an export."
        return ImportRefused(address, None, why)
    return ImportRefused(address, None, f"answers {status}. Try again later.")
