"""What agents wrote to one customer, with all that concerns only that customer taken out."""

import re
from collections.abc import Iterable, Sequence

from handoff.facts import Said, facts

GAP = "[…]"
"""Stands where something personal was: the agent who uses the text fills it in."""

SHORTEST_CODE = 5
"""Signs of a code that is somebody's; `2FA`, `A4` and `3D` are words."""
_NARROW = {0xFF01 + n: 0x21 + n for n in range(94) if chr(0x21 + n).isalnum() or 0x21 + n in b"@+-"}
"""Wide letters and digits; the punctuation of Chinese stays as it is."""
_KEPT = frozenset({"device", "os", "version", "error", "payment"})
"""Facts about the matter itself; every other kind is about one customer's case."""
_EMAIL = re.compile(r"[^\s<>()\[\]@,;:，；：]+@[^\s<>()\[\]@,;:，；：]+\.[^\W\d_]{2,}")
_LONG_NUMBER = re.compile(r"(?<![\w.])[+(]?\d(?:[ ().-]{0,2}\d){4,}(?!\w)")
"""Five digits or more, however they are grouped: a phone, a card, an account, an order."""
_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Z-]*\d)(?=[0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*(?![A-Za-z0-9])"
)
_SECRET = re.compile(r"(?P<page>https?://[^\s?#]*)[?#]\S+")
"""What stands behind the page's address may let whoever has it in."""
_GREETED = re.compile(
    r"^(?P<hello>\s*(?:hi|hello|dear|hey|good (?:morning|afternoon|evening)|hai|helo|salam"
    r"|selamat (?:pagi|petang|tengah hari|malam))\s+)(?P<who>[^\W\d_][^,.!?:;\n，。！：]{0,60})"
    r"(?=[,.!:;\n，。！：]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_EVERYBODY = frozenset(
    ["there", "all", "everyone", "everybody", "semua", "customer", "pelanggan", "again", "lagi"]
)
_TITLED = re.compile(
    r"(?:(?<=^)|(?<=[\s,，。！!?？:：、]))[\u3400-\u9fff]{1,4}(?=(?:先生|女士|小姐|太太))"
    r"|(?<=\bMr )[A-Z]\w+|(?<=\bMr\. )[A-Z]\w+|(?<=\bMs )[A-Z]\w+|(?<=\bMs\. )[A-Z]\w+"
    r"|(?<=\bMrs )[A-Z]\w+|(?<=\bMrs\. )[A-Z]\w+|(?<=\bEncik )[A-Z]\w+|(?<=\bCik )[A-Z]\w+"
    r"|(?<=\bPuan )[A-Z]\w+",
    re.MULTILINE,
)
_CHINESE = re.compile(r"[\u3400-\u9fff]{3,4}")
"""A family name of one sign and a given name; what is shorter has no part that stands alone."""
_GAPS = re.compile(rf"{re.escape(GAP)}(?:[\s,、，-]*{re.escape(GAP)})+")


def known_of(texts: Sequence[str], language: str | None) -> tuple[str, ...]:
    """What these messages say of one customer's case, as it was written: longest first."""
    found: set[str] = set()
    for fact in facts([Said(text) for text in texts], language=language):
        if fact.kind not in _KEPT:
            found |= {fact.text.strip(), fact.value.strip()}
        if fact.kind == "name":
            found |= {part for part in fact.text.split() if len(part) > 1}
    return tuple(sorted((one for one in found if len(one) > 1), key=len, reverse=True))


def _of_the_matter(text: str, language: str | None) -> frozenset[str]:
    """Error codes, versions and devices: they are the same for everybody."""
    said = [one for one in facts([Said(text)], language=language) if one.kind in _KEPT]
    return frozenset(words for one in said for words in (one.text, one.value))


def parts_of(names: Iterable[str]) -> tuple[str, ...]:
    """What people are called by who have these names: each word, or the given name in Chinese."""
    found: set[str] = set()
    for name in names:
        found |= {part for part in name.split() if len(part) > 1}
        if _CHINESE.fullmatch(name.strip()):
            found.add(name.strip()[1:])
    return tuple(sorted(found, key=len, reverse=True))


def without_personal(
    text: str, known: Iterable[str], names: Iterable[str] = (), *, language: str | None = None
) -> str:
    """The text with a gap for everything that is only this customer's, or an agent's name.

    `known` is what the conversation told of the case; `names` are people's, in full. Parts of them
    go as they are written: "Will" is a name, "will" is none. What looks like a number, an address
    or a code goes too, whether anybody had said it before or not.
    """
    people = tuple(name for name in map(str.strip, names) if name)
    plain = _SECRET.sub(r"\g<page>", text.translate(_NARROW))
    plain = _EMAIL.sub(GAP, plain)
    mine = {*known, *people, *known_of([plain], language)}
    matter = _of_the_matter(plain, language)

    def coded(found: re.Match[str]) -> str:
        short = len(found.group()) < SHORTEST_CODE
        return found.group() if short or found.group() in matter else GAP

    pieces = re.split(r"(https?://\S+)", plain)  # a page's own address is no number of anybody's
    pieces[::2] = [_CODE.sub(coded, _LONG_NUMBER.sub(GAP, piece)) for piece in pieces[::2]]
    plain = "".join(pieces)
    for one in sorted(mine, key=len, reverse=True):
        plain = _word(one, re.IGNORECASE).sub(GAP, plain)
    for one in parts_of(people):
        plain = _word(one).sub(GAP, plain)
    plain = _TITLED.sub(GAP, _GREETED.sub(_greeted, plain))
    return _GAPS.sub(GAP, plain).strip()


def _word(said: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """The words as they stand, and not inside longer ones."""
    start = r"(?<![A-Za-z0-9])" if said[:1].isascii() and said[:1].isalnum() else ""
    end = r"(?![A-Za-z0-9])" if said[-1:].isascii() and said[-1:].isalnum() else ""
    return re.compile(start + re.escape(said) + end, flags)


def _greeted(found: re.Match[str]) -> str:
    everybody = found["who"].casefold().split()[0] in _EVERYBODY or GAP in found["who"]
    return found.group() if everybody else f"{found['hello']}{GAP}"
