"""The elements of a web page as plain objects: read once, then pruned and weighed at leisure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from retrieval.errors import ImportRefused

DEEPEST = 200
"""Elements inside one another; real pages stay below 60."""
MOST = 300_000
"""Elements of one page."""


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as a set: long lists of tags and names read best so."""
    return frozenset(text.split())


_DROPPED = words_of(
    "script style noscript template iframe frame object embed svg math canvas audio video map "
    "input select textarea dialog"
)


@dataclass(slots=True, eq=False)
class Element:
    """One element of a page, with its texts and elements in order."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: "list[Element | str]" = field(default_factory=list)

    def elements(self) -> "Iterator[Element]":
        """Yield every element below this one, in the order of the page."""
        stack = [child for child in reversed(self.children) if isinstance(child, Element)]
        while stack:
            node = stack.pop()
            yield node
            stack += [child for child in reversed(node.children) if isinstance(child, Element)]

    def above(self) -> "Iterator[Element]":
        """Yield the elements that this one stands in, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def text(self) -> str:
        """Return all text below, as written."""
        parts: list[str] = []
        stack: list[Element | str] = list(reversed(self.children))
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                parts.append(node)
            else:
                stack += reversed(node.children)
        return "".join(parts)

    def first(self, *tags: str) -> "Element | None":
        """Return the first element below with one of these tags."""
        return next((node for node in self.elements() if node.tag in tags), None)

    def drop(self) -> None:
        """Take this element out of the page."""
        if self.parent is not None:
            self.parent.children = [c for c in self.parent.children if c is not self]
            self.parent = None


def read(html: str, name: str) -> tuple[LexborHTMLParser, Element]:
    """Return the parsed page, for its head, and its body without what is never text.

    Raises ImportRefused for a page that is nested too deeply or has too many elements.
    """
    parsed = LexborHTMLParser(html)
    body = parsed.body
    root = Element("body", {})
    if body is not None:
        root.attributes = _attributes(body)
        _copy(body, root, name)
    return parsed, root


def _copy(source: LexborNode, into: Element, name: str) -> None:
    count = 0
    stack: list[tuple[LexborNode | None, Element, int]] = [(source.first_child, into, 1)]
    while stack:
        node, parent, depth = stack.pop()
        while node is not None:
            following = node.next
            if node.is_text_node:
                parent.children.append(node.text_content or "")
            elif node.is_element_node and node.tag not in _DROPPED:
                count += 1
                if count > MOST or depth > DEEPEST:
                    _refuse(name, many=count > MOST)
                made = Element(node.tag or "", _attributes(node), parent)
                parent.children.append(made)
                if node.first_child is not None:
                    stack += [(following, parent, depth), (node.first_child, made, depth + 1)]
                    break
            node = following


def _attributes(node: LexborNode) -> dict[str, str]:
    return {key.lower(): value or "" for key, value in node.attributes.items()}


def _refuse(name: str, *, many: bool) -> None:
    if many:
        why = f"has more than {MOST:,} elements. Split it into several pages."
    else:
        why = f"has elements inside one another more than {DEEPEST} deep: no page for readers."
    raise ImportRefused(name, None, why)


def weights(root: Element) -> dict[int, tuple[int, int]]:
    """Return by `id()` how much text every element has, and how much of it is links.

    Letters are counted, a Chinese one twice: it says as much as several Latin ones.
    """
    found: dict[int, tuple[int, int]] = {}
    for node in reversed([root, *root.elements()]):
        whole = links = 0
        for child in node.children:
            if isinstance(child, str):
                whole += _weight(child)
            else:
                below, below_links = found[id(child)]
                whole += below
                links += below_links
        if node.tag == "a" and node.attributes.get("href"):
            links = whole
        found[id(node)] = (whole, links)
    return found


def _weight(text: str) -> int:
    size = len(" ".join(text.split()))
    return size if text.isascii() else size + len(_FAR_EAST.findall(text))


_FAR_EAST = re.compile("[\u2e81-\U0003ffff]")
