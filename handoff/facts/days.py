"""Dates: written out, in figures, and told from the day of the message (tomorrow, 上周五, esok)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from handoff.facts.numbers import CHINESE, number
from handoff.facts.reading import EDGE, END, Found, Reading

_MONTHS = (
    ("jan",), ("feb",), ("mar", "mac"), ("apr",), ("may", "mei"), ("jun",), ("jul",),
    ("aug", "ogos", "ogo"), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dis"),
)  # fmt: skip
_MONTH_OF = {name[:3]: place for place, names in enumerate(_MONTHS, start=1) for name in names}
_MONTH = (
    r"(?P<month>jan(?:uary|uari)?|feb(?:ruary|ruari)?|mar(?:ch)?|mac|apr(?:il)?|may|mei|june?|jun|"
    r"july?|julai|aug(?:ust)?|ogos|ogo|sep(?:t(?:ember)?)?|oct(?:ober)?|okt(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|dis(?:ember)?)"
)
_DAY_ZH = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_TO = r"\s?(?:-|–|to|until|till|hingga|sampai|到|至)\s?"

ISO = re.compile(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")
"""Looked for before phone numbers, which may look the same."""
_NUMERIC = re.compile(
    r"(?<![\d/.])(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>20\d\d|\d\d)(?![\d.]*\d)"
)
_SHORT = re.compile(r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/])")
_CHINESE = re.compile(
    rf"(?:(?:(?P<year>20\d\d|[二零〇一三四五六七八九]{{4}})\s?年|(?P<which>今年|明年|去年))\s?)?"
    rf"(?P<m>{_DAY_ZH})\s?月\s?(?P<d>{_DAY_ZH})\s?[日号]?"
    rf"(?:{_TO}(?P<d2>{_DAY_ZH})\s?[日号])?"
)
_DAY_MONTH = re.compile(
    rf"(?<![\d.,])(?:(?P<d0>\d{{1,2}})(?:st|nd|rd|th|hb)?{_TO})?"
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|hb)?(?: of)?[ -]?{_MONTH}{END}(?:,?[ -]?(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{EDGE}{_MONTH}\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
    r"(?:(?:\s?[-–]\s?)(?P<d2>\d{1,2})(?!\d))?(?:,? (?P<year>20\d\d))?",
    re.IGNORECASE,
)
_DAY_ONLY = re.compile(
    rf"\bthe (?P<en>\d{{1,2}})(?:st|nd|rd|th)\b(?! (?:time|attempt|person|day|floor|of|message))"
    rf"|{EDGE}(?P<ms>\d{{1,2}})hb{END}"
    rf"|(?<![\d一二三四五六七八九十第])(?P<zh>{_DAY_ZH})号(?![码线楼门房店机位车])",
    re.IGNORECASE,
)

_NEAR = {
    0: ("today", "tonight", "this morning", "this afternoon", "this evening", "hari ini",
        "malam ini", "pagi ini", "pagi tadi", "petang ini", "今天", "今日", "今晚", "今早"),
    -1: ("yesterday", "last night", "semalam", "malam tadi", "昨天", "昨日", "昨晚"),
    1: ("tomorrow", "tmr", "tmrw", "esok", "明天", "明日", "明晚", "明早"),
    2: ("the day after tomorrow", "day after tomorrow", "lusa", "后天"),
    -2: ("the day before yesterday", "day before yesterday", "前天"),
    3: ("大后天", "tulat"),
    -3: ("大前天",),
}  # fmt: skip
_SHIFT = {word: days for days, words in _NEAR.items() for word in words}


def _spaced(words: list[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))


_NEAR_WORDS = re.compile(
    rf"{EDGE}(?P<latin>{_spaced([one for one in _SHIFT if one.isascii()])}){END}|"
    rf"(?P<zh>{_spaced([one for one in _SHIFT if not one.isascii()])})",
    re.IGNORECASE,
)
_COUNT_EN = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_AGO = re.compile(
    rf"{EDGE}(?P<en>\d{{1,2}}|{'|'.join(_COUNT_EN)}) days? ago{END}"
    rf"|{EDGE}(?P<ms>\d{{1,2}}|se|dua|tiga|empat|lima|enam|tujuh) ?"
    rf"hari (?:lepas|lalu|yang lalu|yang lepas){END}"
    rf"|(?<!\d)(?P<zh>\d{{1,2}}|{CHINESE})天(?:之?前)",
    re.IGNORECASE,
)
_IN = re.compile(
    rf"{EDGE}in (?P<en>\d{{1,2}}|{'|'.join(list(_COUNT_EN)[2:])}) days{END}(?!['’])"
    rf"|{EDGE}(?P<ms>\d{{1,2}}|se|dua|tiga|empat|lima|enam|tujuh) ?hari lagi{END}"
    rf"|(?<!\d)(?P<zh>\d{{1,2}}|{CHINESE})天(?:之?后)",
    re.IGNORECASE,
)
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS_MS = ("isnin", "selasa", "rabu", "khamis", "jumaat", "sabtu", "ahad")
_WEEK_EN = re.compile(
    rf"{EDGE}(?P<which>last|this|next|coming|this coming) (?P<day>{'|'.join(_WEEKDAYS_EN)}){END}",
    re.IGNORECASE,
)
_WEEK_MS = re.compile(
    rf"{EDGE}(?:hari )?(?P<day>{'|'.join(_WEEKDAYS_MS)}) "
    rf"(?P<which>lepas|lalu|ini|depan|hadapan){END}",
    re.IGNORECASE,
)
_WEEK_ZH = re.compile(r"(?P<which>上|这|本|下)个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
_MS_WHICH = {"lepas": "last", "lalu": "last", "ini": "this", "depan": "next", "hadapan": "next"}


def find_iso(rest: str, _: Reading) -> Iterator[Found]:
    """Dates that begin with the year."""
    for match in ISO.finditer(rest):
        yield from _found(match, match["year"], match["m"], match["d"])


def find_full(rest: str, _: Reading) -> Iterator[Found]:
    """Dates in figures with their year at the end, the day before the month where both fit."""
    for match in _NUMERIC.finditer(rest):
        yield from _found(match, match["year"], *_month_and_day(match["a"], match["b"], None))


def find(rest: str, reading: Reading) -> Iterator[Found]:
    """All other dates: `2026-11-05`, `11-05` without a year, `05` where only the day was said."""
    for match in _CHINESE.finditer(rest) if reading.has("月") else ():
        year = _year(match["year"], match["which"], reading.day)
        for day in (match["d"], match["d2"]):
            yield from _found(match, year, match["m"], day)
    for pattern in (_DAY_MONTH, _MONTH_DAY) if reading.has(_MONTH_OF) else ():
        for match in pattern.finditer(rest):
            parts = match.groupdict()
            month = str(_MONTH_OF[match["month"].lower()[:3]])
            for day in (parts.get("d0"), parts["d"], parts.get("d2")):
                yield from _found(match, match["year"], month, day)
    for match in _SHORT.finditer(rest):
        yield from _found(match, None, *_month_and_day(match["a"], match["b"], reading.language))
    for match in _DAY_ONLY.finditer(rest):
        day = _number(match["en"] or match["ms"] or match["zh"])
        if 1 <= day <= 31:
            yield Found("date", f"{day:02}", *match.span())
    if reading.day is not None:
        yield from _told_from(rest, reading, reading.day)


def _told_from(rest: str, reading: Reading, today: date) -> Iterator[Found]:
    for sign, pattern, words in (
        (-1, _AGO, ("ago", "lepas", "lalu", "前")),
        (1, _IN, ("day", "lagi", "后")),
    ):
        for match in pattern.finditer(rest) if reading.has(words) else ():
            if 0 < (count := _days(match)) <= 60:
                yield _dated(match, today + timedelta(days=sign * count))
    for match in _NEAR_WORDS.finditer(rest) if reading.has(_SHIFT) else ():
        shift = _SHIFT[(match["latin"] or match["zh"]).lower()]
        yield _dated(match, today + timedelta(days=shift))
    yield from _weekdays(rest, reading, today)


def _weekdays(rest: str, reading: Reading, today: date) -> Iterator[Found]:
    for match in _WEEK_EN.finditer(rest) if reading.has(("day",)) else ():
        yield _dated(
            match, _spoken(match["which"].lower(), _WEEKDAYS_EN.index(match["day"].lower()), today)
        )
    for match in _WEEK_MS.finditer(rest) if reading.has(_WEEKDAYS_MS) else ():
        which = _MS_WHICH[match["which"].lower()]
        yield _dated(match, _spoken(which, _WEEKDAYS_MS.index(match["day"].lower()), today))
    for match in _WEEK_ZH.finditer(rest):
        weekday = "一二三四五六日天".index(match["day"]) % 7 if match["day"] != "天" else 6
        weeks = {"上": -1, "下": 1}.get(match["which"], 0)
        yield _dated(match, today + timedelta(days=weekday - today.weekday() + 7 * weeks))


def _spoken(which: str, weekday: int, today: date) -> date:
    """The nearest such day before, from today on, or (`next`) of the week after this one."""
    ahead = (weekday - today.weekday()) % 7
    if which == "last":
        return today - timedelta(days=(7 - ahead) if ahead else 7)
    if which == "next":
        return today + timedelta(days=weekday - today.weekday() + 7)
    return today + timedelta(days=ahead)


def _dated(match: re.Match[str], day: date) -> Found:
    return Found("date", day.isoformat(), *match.span())


def _days(match: re.Match[str]) -> int:
    written = (match["en"] or match["ms"] or match["zh"]).lower()
    return 1 if written == "se" else _COUNT_EN.get(written) or _number(written)


def _year(year: str | None, which: str | None, today: date | None) -> str | None:
    if year:
        return str(_number(year))
    if which is None or today is None:
        return None
    return str(today.year + {"今年": 0, "明年": 1, "去年": -1}[which])


def _month_and_day(first: str, second: str, language: str | None) -> tuple[str, str]:
    """Which is the month: the second, but among Chinese writers the first, where both can be."""
    month_first = bool(language and language.startswith("zh")) and int(first) <= 12
    if month_first or int(second) > 12:
        return first, second
    return second, first


def _found(match: re.Match[str], year: str | None, month: str, day: str | None) -> Iterator[Found]:
    if day is None:
        return
    m, d = _number(month), _number(day)
    if not (1 <= m <= 12 and 1 <= d <= 31):
        return
    whole = f"{'20' if len(year) == 2 else ''}{year}-" if year else ""
    yield Found("date", f"{whole}{m:02}-{d:02}", *match.span())


def _number(written: str) -> int:
    value = number(written)
    return int(value) if value is not None else 0
