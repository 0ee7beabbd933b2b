"""What holds for documents whose source says nothing, and what languages are called here."""

from dataclasses import asdict, dataclass
from typing import Any

LOCALES = ("en", "zh-Hans", "zh-Hant", "ms")
"""The languages an article may have."""
_LANGUAGES = {"en": "en", "eng": "en", "ms": "ms", "msa": "ms", "may": "ms", "zsm": "ms"}
CHINESE = ("zh", "zho", "chi", "cmn")
_TRADITIONAL = ("hant", "tw", "hk", "mo", "cht")
_SIMPLIFIED = ("hans", "cn", "sg", "my", "chs")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for documents whose source says nothing."""

    locale: str | None = None
    category: str | None = None
    collection: str | None = None
    audience: str | None = None
    draft: bool = False
    """Nothing is published by the import; people do that."""

    def wire(self) -> dict[str, Any]:
        """As the database keeps them."""
        return {key: value for key, value in asdict(self).items() if value}


def normal(tag: str) -> str | None:
    """Return our name for a language tag (`zh_TW` → `zh-Hant`); None if there is none.

    Chinese without script or region has none: only the text tells which script it is.
    """
    language, *rest = tag.strip().replace("_", "-").lower().split("-")
    if language in _LANGUAGES:
        return _LANGUAGES[language]
    if language not in CHINESE:
        return None
    if any(part in _TRADITIONAL for part in rest) and "hans" not in rest:
        return "zh-Hant"
    return "zh-Hans" if any(part in _SIMPLIFIED for part in rest) else None
