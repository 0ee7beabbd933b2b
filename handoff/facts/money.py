"""Amounts of money with their currency, in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from handoff.facts.numbers import CHINESE, DIGITS, WORDS, number, plain_number
from handoff.facts.reading import Found, Reading

_LEADING = {
    "rm": "MYR", "myr": "MYR", "令吉": "MYR", "马币": "MYR", "sgd": "SGD", "s$": "SGD",
    "新币": "SGD", "新元": "SGD", "坡币": "SGD", "usd": "USD", "us$": "USD", "美元": "USD",
    "美金": "USD", "thb": "THB", "฿": "THB", "泰铢": "THB", "idr": "IDR", "rp": "IDR",
    "印尼盾": "IDR", "cny": "CNY", "rmb": "CNY", "人民币": "CNY", "twd": "TWD", "nt$": "TWD",
    "ntd": "TWD", "台币": "TWD", "新台币": "TWD", "hkd": "HKD", "hk$": "HKD", "港币": "HKD",
    "港元": "HKD", "eur": "EUR", "€": "EUR", "欧元": "EUR", "gbp": "GBP", "£": "GBP",
    "英镑": "GBP", "aud": "AUD", "a$": "AUD", "au$": "AUD", "澳币": "AUD", "澳元": "AUD",
    "jpy": "JPY", "日元": "JPY", "日币": "JPY", "¥": "CNY", "$": "",
}  # fmt: skip
_TRAILING = _LEADING | {
    "ringgit malaysia": "MYR", "ringgit": "MYR", "baht": "THB", "rupiah": "IDR", "euro": "EUR",
    "euros": "EUR", "pounds": "GBP", "yen": "JPY", "人民币元": "CNY", "us dollars": "USD",
    "dollars us": "USD", "singapore dollars": "SGD", "hong kong dollars": "HKD",
    "nt dollars": "TWD", "dolar singapura": "SGD", "dolar us": "USD", "dollars": "",
    "dollar": "", "dolar": "",
    "元": "", "块": "", "块钱": "", "圆": "",
}  # fmt: skip
_HOME = {"zh-Hans": "CNY", "zh-Hant": "TWD"}
"""What 元 and 块 mean to most who write so, when the conversation names no currency."""
_YUAN = ("元", "块", "块钱", "圆")


def _any(names: dict[str, str]) -> str:
    return "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))


_BEFORE = re.compile(
    rf"(?<![A-Za-z])(?P<sign>{_any(_LEADING)})\s?"
    rf"(?P<number>{DIGITS}|{CHINESE})(?![\d.]*\d)"
    r"(?P<unit>\s?(?:元|块钱|块|usd|sgd|hkd|twd|ntd|aud)(?![A-Za-z]))?",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"(?<![\d.A-Za-z])(?<!\d,)(?P<number>{DIGITS}|(?<![第几]){CHINESE})\s?"
    rf"(?P<sign>{_any(_TRAILING)})(?![A-Za-z])(?:(?<=块)(?P<tenths>\d|[一二三四五六七八九])毛?(?=[,;!?。、\s\0]|$))?",
    re.IGNORECASE,
)
_NAMED_AFTER = re.compile(
    rf"[\d零一二两三四五六七八九十百千万]\s?(?P<sign>{_any(_LEADING)})(?![A-Za-z])", re.IGNORECASE
)
_IN_WORDS = re.compile(
    rf"(?<![A-Za-z])(?P<number>{WORDS}) (?P<sign>{_any(_TRAILING)})(?![A-Za-z])", re.IGNORECASE
)
_SPELLED = tuple(one for one in _TRAILING if one.isascii() and len(one) > 3)
_WITHOUT_UNIT = re.compile(
    r"(?:(?:手续费|票价|房费|运费|车费|押金|服务费)(?:是|要|收了?|扣了?)?|花了|付了|退了)"
    rf"(?P<number>{CHINESE}|\d{{2,6}})(?=[,。;!?\s]|$)"
)


def yuan(texts: Sequence[str], language: str | None) -> str:
    """The currency that 元 and 块 stand for in these messages, "" where nobody can tell.

    A customer who writes RM1,030 and then 980元 means the same money.
    """
    if language not in _HOME:
        return ""
    named = {
        _LEADING[match["sign"].lower()]
        for text in texts
        for match in (*_BEFORE.finditer(text), *_NAMED_AFTER.finditer(text))
    } - {""}
    return named.pop() if len(named) == 1 else _HOME[language]


def find(rest: str, reading: Reading) -> Iterator[Found]:
    """Amounts as `MYR 1250.50`; where the currency is unknown, the number alone."""
    for match in _BEFORE.finditer(rest):
        unit = (match["unit"] or "").strip().lower()
        code = _LEADING[match["sign"].lower()] or _TRAILING.get(unit, "")
        yield from _found(match, _valued(match["number"]), code)
    for pattern in (_AFTER, _IN_WORDS) if reading.has(_SPELLED) else (_AFTER,):
        for match in pattern.finditer(rest):
            sign = match["sign"].lower()
            if match["number"] == "一" and sign == "块":  # together
                continue
            value = _valued(match["number"], match.groupdict().get("tenths"))
            yield from _found(match, value, _currency(sign, reading))
    for match in _WITHOUT_UNIT.finditer(rest):
        yield from _found(match, _valued(match["number"]), _currency("元", reading), "number")


def _currency(sign: str, reading: Reading) -> str:
    return _TRAILING[sign] or (reading.yuan if sign in _YUAN else "")


def _valued(written: str, tenths: str | None = None) -> str | None:
    value = number(written)
    more = number(tenths) if tenths else None
    if value is None:
        return None
    return plain_number(value + more / 10 if more is not None else value)


def _found(
    match: re.Match[str], value: str | None, code: str, group: str | int = 0
) -> Iterator[Found]:
    if value is not None:
        yield Found("amount", f"{code} {value}".strip(), match.start(group), match.end(group))
