"""The part of a web page that is the article, and none of what stands around it."""

import re
from collections.abc import Callable

from retrieval.importers.tree import Element, weights, words_of

_CONTENT = (
    "article-body", "article__body", "article_body", "article-content", "markdown-body",
    "entry-content", "post-content", "content",
)  # fmt: skip
"""Classes or ids of the element that holds an article: what promises most comes first."""
_ROLES = words_of(
    "navigation banner contentinfo search dialog alertdialog menu menubar toolbar complementary"
)
_SURELY_AROUND = words_of(
    "cookie cookies consent gdpr breadcrumb breadcrumbs sidebar sidenav navbar navigation "
    "topbar newsletter skiplink advert advertisement ads sponsored pagination pager modal "
    "popup"
)
_MAYBE_AROUND = words_of(
    "nav menu related recommended share sharing social feedback vote votes voting helpful "
    "rating subscribe comments comment toc promo banner footer header search toolbar signin "
    "login recirculation similar suggested meta byline author tags skip"
)
_NOTES = words_of(
    "note notes tip tips warning caution info important alert callout notice admonition hint "
    "danger success"
)
_KEPT_WHOLE = words_of(
    "body main h1 h2 h3 h4 h5 h6 li td th tr tbody table pre code blockquote dl dt dd ol "
    "figure summary details a"
)
_CONTAINERS = frozenset({"div", "section", "center", "article", "main", "form", "td"})
_ARRANGING = frozenset({"table", "tbody", "tr"})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"})
_PROSE = frozenset({"p", "ol", "table", "pre", "dl"})
_Test = Callable[[Element, tuple[int, int]], bool]

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def find(body: Element) -> Element:
    """Return the element that holds the article; what surely is not part of it is taken out.

    `body` is changed. Text that is folded away (`details`, tabs, accordions) stays, as it is one
    click from what readers see.
    """
    unfolded = _unfolded(body)
    _drop(body, lambda node, _: _dispensable(node, unfolded))
    whole = weights(body)[id(body)][0]
    _drop(body, lambda node, weight: _around(node, weight, whole))
    found = _content(body)
    if found is None:
        _drop(body, _links_only)
        found = _densest(body)
    return found


def readable(root: Element) -> int:
    """How much text there is that is no link: letters, a Chinese one counting twice."""
    whole, links = weights(root)[id(root)]
    return whole - links


def _drop(body: Element, wanted: _Test) -> None:
    """Take out what the test names; nothing below it is asked about any more."""
    weight = weights(body)
    stack = [body]
    while stack:
        node = stack.pop()
        kept: list[Element | str] = []
        for child in node.children:
            if isinstance(child, Element):
                if wanted(child, weight[id(child)]):
                    child.parent = None
                    continue
                stack.append(child)
            kept.append(child)
        node.children = kept


def _unfolded(body: Element) -> frozenset[str]:
    """Ids of hidden parts that a button of the article opens."""
    return frozenset(
        target
        for node in body.elements()
        if "aria-controls" in node.attributes
        and not any(above.tag in ("nav", "header", "footer") for above in node.above())
        for target in node.attributes["aria-controls"].split()
    )


def _dispensable(node: Element, unfolded: frozenset[str]) -> bool:
    """Whether an element is a control, surroundings by its kind, or never shown."""
    if node.tag in _BY_KIND:
        return _BY_KIND[node.tag](node, {above.tag for above in node.above()})
    if node.attributes.get("role") in _ROLES:
        return not _names(node) & _NOTES and node.first("h1") is None
    folded = any(above.tag == "details" for above in node.above()) or _opens(node, unfolded)
    return _is_hidden(node) and not folded


_BY_KIND: dict[str, Callable[[Element, set[str]], bool]] = {
    "nav": lambda node, inside: True,
    # The question of an accordion is a button; "Submit" is another.
    "button": lambda node, inside: (
        "aria-controls" not in node.attributes and not inside & _HEADINGS
    ),
    "aside": lambda node, inside: not _names(node) & _NOTES,
    "header": lambda node, inside: node.first("h1") is None and not inside & {"article", "main"},
    "footer": lambda node, inside: "blockquote" not in inside,
    "form": lambda node, inside: not any(below.tag in _PROSE for below in node.elements()),
}


def _is_hidden(node: Element) -> bool:
    return (
        "hidden" in node.attributes
        or node.attributes.get("aria-hidden") == "true"
        or node.attributes.get("aria-modal") == "true"
        or _HIDDEN.search(node.attributes.get("style", "")) is not None
    )


def _opens(node: Element, unfolded: frozenset[str]) -> bool:
    attributes = node.attributes
    return attributes.get("id") in unfolded or attributes.get("role") in ("tabpanel", "region")


def _names(node: Element, *, with_id: bool = False) -> set[str]:
    written = node.attributes.get("class", "")
    if with_id:
        written += " " + node.attributes.get("id", "")
    return {word.lower() for word in _WORD.findall(written[:500])}


def _around(node: Element, weight: tuple[int, int], whole: int) -> bool:
    """Whether an element's name says that it only surrounds the article, and its text agrees."""
    if node.tag in _KEPT_WHOLE or weight[0] > whole * 0.5:
        return False
    # The id of a section is often made from its heading: "search", "related-articles".
    names = _names(node, with_id=node.tag not in ("section", "article"))
    sure = bool(names & _SURELY_AROUND)
    if not sure and not names & _MAYBE_AROUND:
        return False
    if any(below.tag in ("h1", "main", "article") for below in node.elements()):
        return False
    if sure or weight[1] > weight[0] * 0.4 or weight[0] < 160:
        return True
    return not any(below.tag in _PROSE for below in node.elements())


def _content(body: Element) -> Element | None:
    """The element that the page itself names as its content, if it holds enough of the text."""
    weight = weights(body)
    whole = weight[id(body)][0]
    ranked: dict[int, list[Element]] = {}
    for node in body.elements():
        if (rank := _promise(node)) is not None:
            ranked.setdefault(rank, []).append(node)
    for rank in sorted(ranked):
        found = max(ranked[rank], key=lambda node: weight[id(node)][0])
        size, links = weight[id(found)]
        if size >= max(20, whole * 0.25) and links < size * 0.7:
            return found
    return None


def _promise(node: Element) -> int | None:
    if node.attributes.get("itemprop") == "articleBody":
        return 0
    named = {*node.attributes.get("class", "").lower().split(), node.attributes.get("id", "")}
    for rank, name in enumerate(_CONTENT[:-1], 1):
        if name in named:
            return rank
    if node.tag == "article":
        return len(_CONTENT)
    if node.tag == "main" or node.attributes.get("role") == "main":
        return len(_CONTENT) + 1
    return len(_CONTENT) + 2 if _CONTENT[-1] in named else None


def _links_only(node: Element, weight: tuple[int, int]) -> bool:
    """Without a name to go by, a block of links is no part of the article."""
    if node.tag not in ("div", "section", "ul", "table", "td", "p"):
        return False
    if weight[1] <= weight[0] * 0.6:
        return False
    return sum(below.tag == "a" for below in node.elements()) >= 3


def _densest(body: Element) -> Element:
    """Go down to where nearly all of the text is, through tables that only arrange the page."""
    weight = weights(body)
    least = max(1, weight[id(body)][0] * 0.85)
    node = found = body
    while True:
        inner = [c for c in node.children if isinstance(c, Element)]
        largest = max(inner, key=lambda child: weight[id(child)][0], default=None)
        if largest is None or weight[id(largest)][0] < least:
            return found
        if largest.tag not in _CONTAINERS and largest.tag not in _ARRANGING:
            return found
        node = largest
        if node.tag in _CONTAINERS:
            found = node
