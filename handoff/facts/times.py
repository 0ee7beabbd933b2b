"""Times of day, where morning or evening can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.facts.numbers import number
from handoff.facts.reading import EDGE, Found, Reading

_ENGLISH = re.compile(
    r"(?<![\d.:,])(?P<h>\d{1,2})(?:[.:](?P<m>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?", re.IGNORECASE
)
_SPOKEN = re.compile(
    r"(?<![\d.:,])(?:(?P<part>\d{1,2}|half|quarter) (?P<way>past|to) )?"
    r"(?P<h>\d{1,2})(?:[.: ](?P<m>[0-5]\d))?"
    r" ?(?:(?:in the |at )?(?P<half>morning|afternoon|evening|night)|(?P<ap>[ap])\.?m)\b",
    re.IGNORECASE,
)
_NAMED = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0), "正午": (12, 0)}
_NAMED_WORDS = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_NAMED)})(?![A-Za-z])", re.IGNORECASE)
_MALAY = re.compile(
    r"(?<![\d.:,])(?:(?:pukul|jam)\s?)?(?P<h>\d{1,2})(?:[.:](?P<m>[0-5]\d))?\s?"
    r"(?P<half>pagi|tengah ?hari|petang|malam)\b",
    re.IGNORECASE,
)
_HALF_ZH = "凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|夜晚|半夜|夜|(?<![今明昨])[早晚]"
_FIGURE_ZH = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_CHINESE = re.compile(
    rf"(?P<half>{_HALF_ZH})?[{chr(0)}\s]?(?<![\d第])(?P<h>{_FIGURE_ZH})点(?![多几心餐])"
    r"(?:(?P<part>半|一刻|三刻)|钟"
    r"|(?P<m>[0-5]\d|\d(?=分)|[零一二三四五六七八九十]{2,3}|[五十](?=分|$|[,\W]))分?)?"
)
_HALF_AND_FIGURES = re.compile(rf"(?P<half>{_HALF_ZH})\s?(?P<h>\d{{1,2}}):(?P<m>[0-5]\d)(?!\d)")
_PLAIN = re.compile(rf"{EDGE}(?<![\d:.])(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?::[0-5]\d)?(?![\d:])")
_LATE = ("下午", "傍晚", "晚上", "夜里", "夜晚", "晚", "夜")
_MALAY_HOURS = {"pagi": range(1, 12), "petang": range(1, 8), "malam": range(7, 13)}


def find(rest: str, reading: Reading) -> Iterator[Found]:
    """Times as `15:05`; an hour that could be either half of the day is left out."""
    for match in _ENGLISH.finditer(rest):
        late = match["half"].lower() == "p"
        if 1 <= int(match["h"]) <= 12:
            yield _found(match, int(match["h"]) % 12 + 12 * late, int(match["m"] or 0))
    for match in _SPOKEN.finditer(rest):
        yield from _spoken(match)
    for match in _NAMED_WORDS.finditer(rest):
        yield _found(match, *_NAMED[match.group().lower()])
    for match in _MALAY.finditer(rest):
        yield from _malay(match)
    for pattern in (_CHINESE, _HALF_AND_FIGURES):
        for match in pattern.finditer(rest):
            yield from _chinese(match, reading)
    for match in _PLAIN.finditer(rest):
        yield _found(match, int(match["h"]), int(match["m"]))


def _spoken(match: re.Match[str]) -> Iterator[Found]:
    """20 past 4 in the afternoon, 7 at night, quarter to 8 pm."""
    half = (match["half"] or {"a": "morning", "p": "evening"}[match["ap"].lower()]).lower()
    hour, minute = int(match["h"]), int(match["m"] or 0)
    part = {"half": 30, "quarter": 15}.get(match["part"] or "") or int(match["part"] or 0)
    if hour > 12 or part > 59 or (match["part"] and match["m"]):
        return
    late = half != "morning" and not (half == "night" and (hour == 12 or hour < 6))
    whole = (hour % 12 + 12 * late) * 60 + minute + (part if match["way"] == "past" else -part)
    yield _found(match, whole // 60 % 24, whole % 60)


def _malay(match: re.Match[str]) -> Iterator[Found]:
    """2 malam are two nights and 3 pagi nobody's mornings: only hours that fit are times."""
    hour, half = int(match["h"]), match["half"].lower().replace(" ", "")
    if half == "tengahhari":
        if hour in (11, 12, 1, 2):
            yield _found(match, hour if hour > 10 else hour + 12, int(match["m"] or 0))
    elif hour in _MALAY_HOURS[half] or (half == "pagi" and hour == 12):
        late = 12 if half != "pagi" else 0
        yield _found(match, (hour % 12 + late) % 24 if hour != 12 else 0, int(match["m"] or 0))


def _chinese(match: re.Match[str], reading: Reading) -> Iterator[Found]:
    hour = int(number(match["h"]) or 0)
    minute = _minute(match.groupdict())
    if hour > 24 or not (0 <= minute < 60):
        return
    half = match["half"] or _after_half(match, reading)
    if not half and hour <= 12:  # 10点半 is in the morning or at night
        return
    if (half in _LATE and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in ("夜里", "半夜", "晚上") and hour == 12:
        hour = 0
    yield _found(match, hour % 24, minute)


def _after_half(match: re.Match[str], reading: Reading) -> str:
    """The part of the day that a fact in between parted from its hour: 晚上 in 晚上（明天）七点."""
    found = re.search(rf"({_HALF_ZH}|[今明昨][早晚])\W?$", reading.before(match.start(), 4))
    return found.group(1).lstrip("今明昨") if found else ""


def _minute(parts: dict[str, str | None]) -> int:
    if part := parts.get("part"):
        return {"半": 30, "一刻": 15, "三刻": 45}[part]
    written = parts.get("m")
    return int(number(written) or 0) if written else 0


def _found(match: re.Match[str], hour: int, minute: int) -> Found:
    return Found("time", f"{hour:02}:{minute:02}", *match.span())
