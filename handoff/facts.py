"""What the customer already said about the case: the do-not-ask-again list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["email", "booking", "error", "card", "amount", "date", "phone"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the customer said: the normalised value, and the words it was said in."""

    kind: Kind
    value: str
    text: str


_CURRENCIES = {
    "rm": "MYR", "myr": "MYR", "ringgit": "MYR", "令吉": "MYR", "马币": "MYR", "馬幣": "MYR",
    "sgd": "SGD", "s$": "SGD", "新币": "SGD", "新幣": "SGD", "坡币": "SGD", "坡幣": "SGD",
    "usd": "USD", "us$": "USD", "美元": "USD", "美金": "USD", "thb": "THB", "baht": "THB",
    "฿": "THB", "泰铢": "THB", "泰銖": "THB", "idr": "IDR", "rp": "IDR", "rupiah": "IDR",
    "印尼盾": "IDR", "cny": "CNY", "rmb": "CNY", "人民币": "CNY", "人民幣": "CNY", "¥": "CNY",
    "twd": "TWD", "nt$": "TWD", "ntd": "TWD", "台币": "TWD", "台幣": "TWD", "新台币": "TWD",
    "新台幣": "TWD", "hkd": "HKD", "hk$": "HKD", "港币": "HKD", "港幣": "HKD", "$": "", "元": "",
    "块": "", "塊": "", "块钱": "", "塊錢": "", "dollars": "", "dollar": "", "eur": "EUR",
    "€": "EUR", "gbp": "GBP", "£": "GBP", "euro": "EUR", "euros": "EUR",
}  # fmt: skip
_MONTHS = (
    ("jan",), ("feb",), ("mar", "mac"), ("apr",), ("may", "mei"), ("jun",), ("jul",),
    ("aug", "ogos", "ogo"), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dis"),
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_SIGNS = "|".join(re.escape(one) for one in sorted(_CURRENCIES, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?"
_MONTH = (
    r"(?P<month>jan(?:uary|uari)?|feb(?:ruary|ruari)?|mar(?:ch)?|mac|apr(?:il)?|may|mei|june?|jun|"
    r"july?|julai|aug(?:ust)?|ogos|ogo|sep(?:t(?:ember)?)?|oct(?:ober)?|okt(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|dis(?:ember)?)"
)
_EDGE, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?!\w)")
_BOOKING = re.compile(
    rf"{_EDGE}SP[ -]?(?P<code>(?=[A-Z0-9]*\d)[A-Z0-9]{{6}}){_END}|"
    rf"{_EDGE}SP-(?P<letters>[A-Z]{{6}}){_END}",
    re.IGNORECASE,
)
_ERROR = re.compile(rf"{_EDGE}(?!SP-)([A-Z]{{2,6}})-(\d[A-Z0-9]{{1,4}}){_END}", re.IGNORECASE)
_CARD_NUMBER = re.compile(
    r"(?<![\d+])(?:\d[ -]?){12,15}(?P<last>\d{4})(?!\d)|(?:[*x•]{2,}[ -]?)+(?P<end>\d{4})(?!\d)"
)
_CARD_LAST = re.compile(
    r"(?:ending(?: in| with)?|ends (?:in|with)|last (?:four|4)(?: digits?)?(?: of (?:my|the) card)?"
    r"(?: are| is)?|尾[号號数數](?:是|为|為)?|末(?:四|4)[码碼位](?:是|为|為)?"
    r"|[后後](?:四|4)[位码碼](?:数字|數字)?(?:是|为|為)?|"
    r"(?:4|empat) (?:digit|nombor|angka) (?:terakhir|akhir|belakang)"
    r"(?: kad)?(?: saya)?(?: ialah| adalah)?|berakhir(?: dengan)?|card no(?:\.|:)?)\s*[:：]?\s*"
    r"(?P<last>\d{4})(?!\d)",
    re.IGNORECASE,
)
_AMOUNT_BEFORE = re.compile(
    rf"(?<![A-Za-z])(?P<sign>{_SIGNS})\s?(?P<number>{_NUMBER})(?![\d.]*\d)", re.IGNORECASE
)
_AMOUNT_AFTER = re.compile(
    rf"(?<![\d.,])(?P<number>{_NUMBER})\s?(?P<sign>{_SIGNS})(?![A-Za-z])", re.IGNORECASE
)
_DATES = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?:(?P<year>20\d\d)\s?年\s?)?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号號]?"),
    re.compile(r"(?<![\d/.])(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<year>20\d\d|\d\d)(?!\d)"),
    re.compile(r"(?<![\d/])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\d/])"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|hb)?(?: of)?[ -]?{_MONTH}{_END}"
        r"(?:,?[ -]?(?P<year>20\d\d))?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_EDGE}{_MONTH}\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year>20\d\d))?",
        re.IGNORECASE,
    ),
)
_PHONE = re.compile(r"(?<![\w-])(?:\+\d|0\d)(?:[\d\s()-]{6,14})\d(?![\w-])")


def facts(texts: Sequence[str]) -> list[Fact]:
    """What these messages say about the case, in the order in which it was said, each once.

    Booking references, error codes, amounts, dates (day before month), e-mail addresses, phone
    numbers, and of a card the last four digits only, however much of it was typed.
    """
    found: dict[tuple[str, str], Fact] = {}
    for text in texts:
        for _, fact in sorted(_in_text(text), key=lambda placed: placed[0]):
            found.setdefault((fact.kind, fact.value), fact)
    return list(found.values())


def _in_text(text: str) -> Iterator[tuple[int, Fact]]:
    rest = unicodedata.normalize("NFKC", text)
    for kind, pattern, value in _FINDERS:
        for match in pattern.finditer(rest):
            said = value(match)
            if said is not None:
                shown = f"•••• {said}" if kind == "card" else match.group().strip()
                yield match.start(), Fact(kind, said, shown)
                # Blanked, so that digits of one fact are not read again as another.
                rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]


def _booking(match: re.Match[str]) -> str:
    return f"SP-{(match['code'] or match['letters']).upper()}"


def _last_four(match: re.Match[str]) -> str | None:
    return next((digits for digits in match.groups() if digits), None)


def _amount(match: re.Match[str]) -> str:
    number = match["number"].replace(",", "")
    whole, _, cents = number.partition(".")
    shown = f"{whole}.{cents:0<2}" if cents else whole
    return f"{_CURRENCIES[match['sign'].lower()]} {shown}".strip()


def _date(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    name = parts.get("month")
    month = _MONTH_OF[name.lower()[:3]] if name else int(parts["m"])
    day, year = int(parts["d"]), parts.get("year")
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    short = f"{month:02}-{day:02}"
    return f"{'20' if len(year) == 2 else ''}{year}-{short}" if year else short


def _phone(match: re.Match[str]) -> str | None:
    digits = re.sub(r"[^\d+]", "", match.group())
    return digits if 9 <= len(digits.lstrip("+")) <= 15 else None


_Finder = tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], str | None]]
_FINDERS: tuple[_Finder, ...] = (
    ("email", _EMAIL, lambda match: match.group().lower()),
    ("booking", _BOOKING, _booking),
    ("error", _ERROR, lambda match: match.group().upper()),
    ("card", _CARD_LAST, _last_four),
    ("date", _DATES[0], _date),
    ("phone", _PHONE, _phone),
    ("card", _CARD_NUMBER, _last_four),
    *(("date", pattern, _date) for pattern in _DATES[1:3]),
    ("amount", _AMOUNT_BEFORE, _amount),
    ("amount", _AMOUNT_AFTER, _amount),
    *(("date", pattern, _date) for pattern in _DATES[3:]),
)
