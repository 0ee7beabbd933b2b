"""Small indexes for the tests of search: articles in memory, no model, no files."""

from collections.abc import Mapping, Sequence

from retrieval_parts import NOON

from retrieval.analysis import parts
from retrieval.articles import Article
from retrieval.calibration import BUILT_IN
from retrieval.draft import unit
from retrieval.keywords import Keywords, Sought, Unit
from retrieval.passages import Passage, cut
from retrieval.ranking import Locale, Ranker
from retrieval.search import Allowed, Search
from retrieval.settings import RetrievalSettings

LONG = (
    "Open the settings and choose your card. Press try again, then wait until your bank confirms. "
    "Some banks send a message first; type its number below the picture. Should nothing happen "
    "within five minutes, close this page, look at your orders, and begin anew with another card. "
    "Nobody is charged twice: whatever stays unfinished returns overnight without any request."
)
"""A text in which one word more or less makes no difference."""
EVERYBODY = Allowed("everybody", lambda article, passage: True)


def article(
    name: str,
    title: str,
    body: str = "",
    *,
    locale: str = "en",
    questions: tuple[str, ...] = (),
    audience: str = "public",
) -> Article:
    """Return a published article."""
    return Article(
        id=name, locale=locale, title=title, category="help", subcategory="", components=(),
        questions=questions, body=body or f"{title}.", updated=NOON.date(), audience=audience,
        version=1, published=True, author="test", saved_at=NOON,
    )  # fmt: skip


def unit_of(written: Article) -> Unit:
    """Return an article as the word index sees it."""
    return unit(written.id, written.locale, cut(written), written.questions)


def keywords(*written: Article) -> Keywords:
    """Return the word index over articles of one locale."""
    return Keywords.build([unit_of(one) for one in written])


def seek(words: Keywords, text: str, locale: str = "en") -> Sought:
    """Return what a text asks for."""
    return words.seek([(part, 1.0) for part in parts(text, locale)])


def found(words: Keywords, text: str, locale: str = "en") -> list[str]:
    """Return the articles that may have what a text asks for."""
    numbers = words.candidates(seek(words, text, locale), 40, None)
    return sorted(words.articles[int(n)] for n in numbers)


def ranker(*written: Article) -> Ranker:
    """Return a ranker over articles of any locales, by words alone."""
    locales: dict[str, Locale] = {}
    for code in dict.fromkeys(one.locale for one in written):
        own = [one for one in written if one.locale == code]
        passages: list[Passage] = []
        pointers: list[int] = []
        for one in own:
            pointers += [len(passages)] * (1 + len(one.questions))
            passages += cut(one)
        locales[code] = Locale(keywords(*own), tuple(passages), tuple(pointers))
    return Ranker(locales, _far)


def search(*written: Article, **tuned: float) -> Search:
    """Return a search over articles, by words alone; with some settings of its own."""
    return Search("g1", ranker(*written), _meaningless, BUILT_IN, RetrievalSettings(**tuned))


def order(words: Search, text: str, locale: str) -> list[str]:
    """Return the articles that fit a question, best first."""
    return [name for name, _ in words.rank(text, EVERYBODY, hint=locale, limit=10, mode="keywords")]


def _far(locale: str, vector: Sequence[float], limit: int) -> Mapping[str, float]:
    return {}


def _meaningless(text: str) -> list[float]:
    return []
