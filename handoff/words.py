"""What the code says by itself: acknowledgements to customers, reasons to agents."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from handoff.escalation import Escalation, Reason

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")

_TRADITIONAL = ("hant", "tw", "hk", "mo")
_QUOTES = {"zh-Hant": "「{}」"}
_LISTED = {"zh-Hans": "；", "zh-Hant": "；"}


def acknowledgement(
    reason: Reason | str,
    language: str,
    *,
    staffed: bool,
    place: int | None,
    incident: str | None = None,
    urgent: bool = False,
) -> str:
    """The one thing the customer reads when a person is called.

    Varies by reason, says where the customer stands and never promises a time. `incident` is
    the title of an active one in the customer's language. An urgent case reads what to do in
    danger, whatever the reason.
    """
    texts = _texts("acknowledgement", language)
    opening = texts["opening"][str(Reason.URGENT if urgent else Reason(reason))]
    known = texts["incident"].format(incident=incident.rstrip(".。")) if incident else ""
    gap = "" if nearest(language).startswith("zh") else " "
    return gap.join(part for part in (opening, known, _standing(texts, staffed, place)) if part)


def requeued_text(language: str) -> str:
    """What the customer reads when the agent vanished and the conversation waits again."""
    return cast("str", _table()["requeued"][nearest(language)])


def reason_in_words(escalation: Escalation, locale: str) -> str:
    """One sentence for the agent, in the agent's language: the reason and its evidence."""
    reason = _texts("reason", locale)[str(escalation.reason)]
    evidence = evidence_in_words(escalation.evidence, locale)
    chinese = nearest(locale).startswith("zh")
    if not evidence:
        return f"{reason}。" if chinese else f"{reason}."
    listed = _LISTED.get(nearest(locale), "; ").join(evidence)
    return f"{reason}：{listed}。" if chinese else f"{reason}: {listed}."


def evidence_in_words(evidence: tuple[str, ...], locale: str) -> list[str]:
    """Each piece of evidence readable: the customer's words quoted, `repeats=3` spelled out."""
    texts = _texts("evidence", locale)
    quoted = _QUOTES.get(nearest(locale), "“{}”")
    return [_spelled_out(piece, texts, quoted) for piece in evidence]


def nearest(language: str) -> str:
    """The language of ours that somebody who reads this one understands best."""
    parts = language.replace("_", "-").lower().split("-")
    if parts[0] in ("zh", "yue", "cmn"):
        traditional = parts[0] == "yue" or any(part in _TRADITIONAL for part in parts[1:])
        return "zh-Hant" if traditional and "hans" not in parts else "zh-Hans"
    return "ms" if parts[0] in ("ms", "id", "may", "msa") else "en"


def _standing(texts: dict[str, Any], staffed: bool, place: int | None) -> str:
    if not staffed:
        return cast("str", texts["unstaffed"])
    if place is None:
        return cast("str", texts["staffed"])
    return cast("str", texts["next"] if place <= 1 else texts["place"].format(place=place))


def _spelled_out(piece: str, texts: dict[str, Any], quoted: str) -> str:
    code, is_code, value = piece.partition("=")
    if is_code and code in texts:
        return cast("str", texts[code]).format(value)
    return quoted.format(piece)


def _texts(part: str, language: str) -> dict[str, Any]:
    return cast("dict[str, Any]", _table()[part][nearest(language)])


@cache
def _table() -> dict[str, Any]:
    source = Path(__file__).with_name("texts.yaml").read_text(encoding="utf-8")
    return cast("dict[str, Any]", yaml.load(source, yaml.CSafeLoader))
