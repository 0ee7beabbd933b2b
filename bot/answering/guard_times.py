"""The times a text names: of the clock, of the calendar, and spans such as "in 20 minutes"."""

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo

_ZH = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0}
_ZH_FIGURE = r"(?:\d{1,3}|[零一二两三四五六七八九十]{1,3})"
_CLOCK = re.compile(
    r"(?<![\d.:])(?P<hour>[01]?\d|2[0-4])[:.](?P<minute>[0-5]\d)(?!\d|\.\d|%)\s*(?P<half>[ap]\.?m\b)?"
    r"|(?<![\d.:])(?P<hour2>1[0-2]|0?[1-9])\s*(?P<half2>[ap]\.?m\b|o'clock)"
)
_ZH_CLOCK = re.compile(
    r"(?P<part>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|今晚|明晚|晚)?\s*(?P<hour>"
    + _ZH_FIGURE
    + r")\s*(?:[点时](?!间|候|段|刻|钟头)|点钟)\s*(?P<minute>半|一刻|三刻|"
    + _ZH_FIGURE
    + r"(?=分))?"
)
_ZH_COLON = re.compile(
    r"(?P<part>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|今晚|明晚|晚)\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)"
)
_MS_CLOCK = re.compile(
    r"\b(?:pukul|jam|pkl)\s*(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*"
    r"(?P<part>pagi|tengah ?hari|petang|malam|ptg|pg|mlm)?"
    r"|(?<![\d.:])(?P<hour2>\d{1,2})(?:[:.](?P<minute2>\d\d))?\s*"
    r"(?P<part2>pagi|petang|malam|ptg|tengah ?hari)\b"
)
_LATER = {"下午", "傍晚", "晚上", "今晚", "明晚", "晚", "中午", "petang", "malam", "ptg", "mlm"}
_SPAN = re.compile(
    r"(?<![\d:.])(?P<figure>\d+(?:\.\d+)?(?:\s*(?:-|–|to|hingga|到|至|or)\s*\d+)?)\s*"
    r"(?:more |lagi )?"
    r"(?P<unit>minutes?|mins?|minit|分钟?|hours?|hrs?|小时|个小时|个钟头?|钟头|jam|days?|hari|天|日(?!期)"
    r"|weeks?|minggu|周|个?星期|seconds?|saat|秒|m\b|h\b)"
)
_ZH_SPAN = re.compile(
    r"(?P<figure>[一两二三四五六七八九十半]{1,3})\s*个?(?P<half>半)?(?P<unit>分钟|小时|钟头?|天)"
)
_UNITS = (
    ("minute", re.compile(r"^(?:min|minit|m$|分)")),
    ("hour", re.compile(r"^(?:hour|hr|小时|个小时|个钟|钟|jam|h$)")),
    ("day", re.compile(r"^(?:day|hari|天|日)")),
    ("week", re.compile(r"^(?:week|minggu|周|个?星期)")),
    ("second", re.compile(r"^(?:second|saat|秒)")),
)


def named(text: str) -> frozenset[str]:
    """The times in a plain text in one notation: `15:30`, `20 minute`; empty when there are none.

    A time of day without its half counts as both: whoever writes 3:30 may mean 15:30.
    """
    found: set[str] = set()
    for match in _CLOCK.finditer(text):
        part = match.groupdict()
        half = (part["half"] or part["half2"] or "").replace(".", "")
        found.add(_clock(int(part["hour"] or part["hour2"]), int(part["minute"] or 0), half))
    for match in (*_ZH_CLOCK.finditer(text), *_ZH_COLON.finditer(text)):
        hour, minute = _figure(match["hour"]), _minute(match["minute"])
        found.add(_clock(hour, minute, "pm" if match["part"] in _LATER else ""))
    for match in _MS_CLOCK.finditer(text):
        hour = int(match["hour"] or match["hour2"])
        minute = int(match["minute"] or match["minute2"] or 0)
        found.add(_clock(hour, minute, "pm" if (match["part"] or match["part2"]) in _LATER else ""))
    found |= {f"{match['figure']} {_unit(match['unit'])}" for match in _SPAN.finditer(text)}
    found |= {
        f"{match['figure']}{match['half'] or ''} {_unit(match['unit'])}"
        for match in _ZH_SPAN.finditer(text)
    }
    return frozenset(found)


def of(instants: Iterable[datetime | None], zone: tzinfo) -> frozenset[str]:
    """The notations of instants on the clocks of a zone."""
    local = [at.astimezone(zone) for at in instants if at is not None]
    return frozenset(f"{at:%H:%M}" for at in local)


def stated(times: frozenset[str], allowed: frozenset[str]) -> bool:
    """Whether every one of these times is among the allowed, on a clock of 12 hours or of 24."""
    twelve = {_twelve(one) for one in allowed}
    return all(one in allowed or _twelve(one) in twelve for one in times)


def _clock(hour: int, minute: int, half: str) -> str:
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    return f"{hour % 24:02}:{minute:02}"


def _twelve(time: str) -> str:
    if ":" not in time:
        return time
    hour, minute = time.split(":")
    return f"{int(hour) % 12:02}:{minute}"


def _figure(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, found, ones = text.partition("十")
    if not found:
        return _ZH.get(text[-1], 0)
    return (_ZH.get(tens, 1) if tens else 1) * 10 + (_ZH.get(ones, 0) if ones else 0)


def _minute(text: str | None) -> int:
    return {"半": 30, "一刻": 15, "三刻": 45}.get(text or "") or (_figure(text) if text else 0)


def _unit(text: str) -> str:
    return next((name for name, form in _UNITS if form.match(text)), text)
