"""Every claim of a model must point at a passage that it was given; what cannot is not said."""

import re
import unicodedata
from collections.abc import Sequence

from bot.answering import markdown
from bot.answering.answer import Citation
from retrieval.passages import Passage

_MARK = re.compile(
    r"(?P<space>[ \t]*)[\[【〔［]\^?(?:source|passage|ref)?\s*"
    r"(?P<numbers>\d{1,3}(?:\s*[,，、;]\s*\^?\d{1,3})*)\s*[\]】〕］](?!\()",
    re.IGNORECASE,
)
"""`[1]`, and what models write instead: `[1, 2]`, `【1】`, `[^1]`, `[passage 1]`."""
_DANGLING = re.compile(r"[ \t]*[\[【〔［][\^\d,，、; ]{0,12}\Z")
_LINK = re.compile(r"!?\[((?:[^\[\]\\]|\\.){0,300})\]\(\s*<?([^)\s>]{0,2000})>?[^)\n]{0,200}\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'，。；！？、）】]+", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_ITEM = re.compile(r"^[\s>*#-]{0,12}\d{1,3}[.)、．]\s*", re.MULTILINE)


def check(text: str, passages: Sequence[Passage]) -> tuple[str, tuple[Citation, ...]] | None:
    """Return the text with marks renumbered from 1 as they appear, and what they stand for.

    Marks for passages that were not given are dropped; None when that leaves no mark, or when
    most marks were inventions, for then the text is one too.
    """
    order: list[int] = []
    wrong = 0

    def renumber(found: re.Match[str]) -> str:
        nonlocal wrong
        shown = []
        for number in map(int, re.findall(r"\d+", found["numbers"])):
            if not 1 <= number <= len(passages):
                wrong += 1
                continue
            if number not in order:
                order.append(number)
            shown.append(f"[{order.index(number) + 1}]")
        return found["space"] + "".join(dict.fromkeys(shown)) if shown else ""

    checked = markdown.outside_code(text, lambda part: _MARK.sub(renumber, part))
    if not order or wrong > len(order):
        return None
    cited = tuple(Citation.of(passages[number - 1]) for number in order)
    return checked.strip(), cited


def without_marks(text: str) -> str:
    """The text as a draft shows it: no marks yet, not even half a one at its end."""
    bare = markdown.outside_code(text, lambda part: _MARK.sub("", part))
    return _DANGLING.sub("", bare).strip()


def known_links_only(text: str, sources: Sequence[str]) -> str:
    """Keep links and addresses that stand in the sources; of others keep only their words."""
    known = {address for source in sources for address in _addresses(source)}

    def link(found: re.Match[str]) -> str:
        label, address = found.groups()
        if found.group().startswith("!") or address not in known:
            return label
        return found.group()

    def address(found: re.Match[str]) -> str:
        bare = found.group().rstrip(".,;:!?*_~")
        return found.group() if bare in known else found.group()[len(bare) :]

    def clean(part: str) -> str:
        return _ADDRESS.sub(address, _LINK.sub(link, part))

    return markdown.outside_code(text, clean)


def unknown_numbers(text: str, sources: Sequence[str]) -> set[str]:
    """Numbers of a text that stand in none of the sources: an amount or a term made up.

    Citation marks and the numbers of list items do not count.
    """
    told = _ITEM.sub(" ", _MARK.sub(" ", text))
    known = {number for source in sources for number in _numbers(source)}
    return _numbers(told) - known


def _numbers(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", text)
    return {re.sub(r"[.,](?=\d{3}\b)", "", number) for number in _NUMBER.findall(plain)}


def _addresses(source: str) -> set[str]:
    bare = {found.rstrip(".,;:!?*_~") for found in _ADDRESS.findall(source)}
    return bare | {address for _, address in _LINK.findall(source)}
