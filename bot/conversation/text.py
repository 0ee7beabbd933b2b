"""What a stranger may write: one place that says yes or which rule it breaks."""

import unicodedata

from bot.errors import BadText

MAX_MESSAGE = 4000
MAX_COMMENT = 1000
MAX_TITLE = 200
_KEPT = frozenset("\n\t\u200d\u200c\u200e\u200f\ufe0f")
"""Control and format characters that real text contains: line breaks, emoji and script joiners,
direction marks."""


def message(text: str, *, limit: int = MAX_MESSAGE) -> str:
    """The text as it will be stored; raises BadText with what is wrong and where.

    >>> message("  hello\\r\\n")
    'hello'
    """
    if len(text) > limit:
        raise BadText("too_large", f"The text has {len(text)} characters; {limit} are allowed.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    odd = not text.replace("\n", " ").isprintable()  # most texts need no look at each character
    for place, character in enumerate(text if odd else ""):
        if character in _KEPT:
            continue
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Cn", "Co"):
            raise BadText(
                "bad_text",
                f"Character {place + 1} is U+{ord(character):04X}, which is no text. Remove it.",
            )
    text = unicodedata.normalize("NFC", text).strip()
    if not any(_visible(character) for character in text):
        raise BadText("empty_message", "There is no visible character in the text.")
    return text


def comment(text: str) -> str:
    """A comment: as a message, but it may be empty and is shorter."""
    return message(text, limit=MAX_COMMENT) if text.strip() else ""


def title(text: str) -> str | None:
    """The title of a page in one line, cut at `MAX_TITLE`; None where it says nothing.

    The customer has not written it and cannot mend it, so what is no text in it is left out
    rather than refused.

    >>> title("  Pay\\x00\\n now ")
    'Pay now'
    """
    kept = (one for one in text if one in _KEPT or unicodedata.category(one)[0] != "C")
    line = " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
    return line[:MAX_TITLE].rstrip() if any(map(_visible, line)) else None


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPSM"
