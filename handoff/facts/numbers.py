"""Numbers as customers write them: 1,250.50, 两百五, dua ratus, twenty five."""

from __future__ import annotations

from decimal import Decimal

DIGITS = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)"
    r"(?:[万千]|k(?![a-z])| (?:thousand|ribu)\b)?"
)
CHINESE = r"[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万]{0,11}"

_ONES = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_SMALL = {
    name: value
    for value, names in enumerate(
        (
            "zero kosong", "one satu", "two dua", "three tiga", "four empat", "five lima",
            "six enam", "seven tujuh", "eight lapan", "nine sembilan", "ten sepuluh",
            "eleven sebelas", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
            "seventeen", "eighteen", "nineteen",
        )
    )
    for name in names.split()
}  # fmt: skip
_ROUND = dict(
    zip(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
        range(20, 100, 10),
        strict=True,
    )
)
_SCALES = {"puluh": 10, "hundred": 100, "ratus": 100, "thousand": 1000, "ribu": 1000}
_UNITS = {"万": 10_000, "千": 1000, "k": 1000, "thousand": 1000, "ribu": 1000}
_WHOLE = {"seratus": 100, "seribu": 1000}
_WORD = "|".join(sorted((*_SMALL, *_ROUND, *_SCALES, *_WHOLE, "belas"), key=len, reverse=True))
WORDS = rf"(?:(?:{_WORD})(?:[ -](?:and )?(?:{_WORD})){{0,7}})"
"""A number in English or Malay words, in text that is searched without regard to case."""


def number(text: str) -> Decimal | None:
    """The number these characters write, or None when they write none."""
    plain = text.strip().lower().replace(",", "")
    if plain[:1].isdigit():
        return _with_unit(plain)
    if plain and all(one in _ONES or one in _TENS or one == "万" for one in plain):
        return Decimal(_chinese(plain))
    return _words(plain.replace("-", " ").split())


def plain_number(value: Decimal) -> str:
    """The number in digits, with two decimals or none."""
    return str(int(value)) if value == value.to_integral_value() else f"{value:.2f}"


def _with_unit(text: str) -> Decimal:
    figures = text.rstrip("万千k abdhinorstu")
    return Decimal(figures) * _UNITS.get(text[len(figures) :].strip(), 1)


def _chinese(text: str) -> int:
    if all(one in _ONES for one in text):
        return int("".join(str(_ONES[one]) for one in text))
    above, _, below = text.rpartition("万")
    if not above:
        return _below_ten_thousand(below)
    # 一万二 is 12,000: the last digit counts in the next lower unit.
    lone = len(below) == 1 and below in _ONES
    return _chinese(above) * 10_000 + (_ONES[below] * 1000 if lone else _below_ten_thousand(below))


def _below_ten_thousand(text: str) -> int:
    total, digit, last = 0, 0, 1
    for place, one in enumerate(text):
        if one in _TENS:
            last = _TENS[one]
            total += (digit if digit or (place and text[place - 1] != "零") else 1) * last
            digit = 0
        else:
            digit = _ONES[one]
            if one in "零〇":
                last = 10
    return total + digit * (last // 10 if last > 10 else 1)


def _words(words: list[str]) -> Decimal | None:
    total = here = 0
    for word in words:
        if word == "and":
            continue
        if word in _SMALL or word in _ROUND or word in _WHOLE:
            here += _SMALL.get(word, 0) or _ROUND.get(word, 0) or _WHOLE.get(word, 0)
        elif word == "belas":
            here += 10
        elif word in ("thousand", "ribu"):
            total, here = total + max(here, 1) * 1000, 0
        elif word in _SCALES:
            # dua ratus lima puluh: only the digit just before the unit is multiplied.
            kept, last = here - here % 10, here % 10
            here = (
                kept + max(last, 1) * _SCALES[word] if here >= 10 else max(here, 1) * _SCALES[word]
            )
        else:
            return None
    return Decimal(total + here) if words else None
