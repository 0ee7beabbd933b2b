"""Facts that stand in a list: places and ways to pay, in every language under one name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from handoff.facts.reading import Found, Reading, simplified

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9'’]*")
_LONGEST = 4  # words in a listed name
_NOT_PLACES = re.compile(
    r"\s?(?:airlines?|airways|bank|dollars?|dolar|express|time|noodles|laksa|航空|银行|币|元|时间|话|菜|人民|路|街|大学)",
    re.IGNORECASE,
)
_CARD_NEAR = re.compile(
    r"card|kad\b|debit|credit|kredit|ending|end with|\d{4}|pay|paid|bayar|guna|using|"
    r"卡|付|刷|尾号|末四",
    re.IGNORECASE,
)
_PAY_NEAR = re.compile(r"pay|paid|bayar|guna|using|付|买|刷|支付|扣|转", re.IGNORECASE)
_NEEDS = {"card": _CARD_NEAR, "pay": _PAY_NEAR}
_COMMON = frozenset(("medan", "lumut", "boost", "octopus"))
"""Words of their own, which are names only with a capital."""
_AROUND = 14  # characters


def find_place(rest: str, _: Reading) -> Iterator[Found]:
    """Places under their English name, the longest name that fits."""
    for start, end, name in _listed(rest, "places"):
        if not _NOT_PLACES.match(rest, end):
            yield Found("place", name, start, end)


def find_payment(rest: str, reading: Reading) -> Iterator[Found]:
    """Ways to pay under one name each."""
    for start, end, name in _listed(rest, "payments"):
        needs = _payments()[name].get("needs")
        around = reading.plain[max(0, start - _AROUND) : end + _AROUND]
        if needs is None or _NEEDS[needs].search(around):
            yield Found("payment", name, start, end)


@cache
def names(locale: str) -> dict[str, str]:
    """How listed facts are called in a language, where it is not as in English."""
    shown = {
        name: one["shown"][locale]
        for name, one in _payments().items()
        if locale in one.get("shown", {})
    }
    for english, others in _places().items():
        if locale.startswith("zh") and others and not others[0].isascii():
            shown[english] = simplified(others[0]) if locale == "zh-Hans" else others[0]
    return ({"Singapore": "Singapura", "Penang": "Pulau Pinang"} if locale == "ms" else {}) | shown


@dataclass(frozen=True, slots=True)
class _Index:
    """Names by the first word or character of what customers call them."""

    latin: dict[str, dict[str, str]]
    chinese: dict[str, list[tuple[str, str]]]
    firsts: re.Pattern[str]


def _listed(rest: str, which: str) -> Iterator[tuple[int, int, str]]:
    index = _index(which)
    words = list(_LATIN.finditer(rest))
    past = 0
    for place, word in enumerate(words):
        known = index.latin.get(word.group().lower())
        if known is None or word.start() < past:
            continue
        for last in reversed(words[place : place + _LONGEST]):
            said = rest[word.start() : last.end()]
            name = known.get(said.lower().replace("’", "'"))
            if name is not None and said not in _COMMON:
                past = last.end()
                yield word.start(), past, name
                break
    past = 0
    for found in index.firsts.finditer(rest):
        for said, name in index.chinese[found.group()]:
            if found.start() >= past and rest.startswith(said, found.start()):
                past = found.start() + len(said)
                yield found.start(), past, name


@cache
def _index(which: str) -> _Index:
    latin: dict[str, dict[str, str]] = {}
    chinese: dict[str, list[tuple[str, str]]] = {}
    for name, said in _said(which):
        plain = simplified(said)
        if plain.isascii():
            first = _LATIN.match(plain)
            latin.setdefault(first.group().lower() if first else "", {})[plain.lower()] = name
        else:
            chinese.setdefault(plain[0], []).append((plain, name))
    for listed in chinese.values():
        listed.sort(key=lambda one: -len(one[0]))
    return _Index(latin, chinese, re.compile(f"[{''.join(chinese)}]"))


def _said(which: str) -> Iterator[tuple[str, str]]:
    if which == "places":
        for name, others in _places().items():
            yield from ((name, one) for one in (name, *others))
    else:
        for name, one in _payments().items():
            yield from ((name, said) for said in one["said"])


@cache
def _places() -> dict[str, list[str]]:
    return cast("dict[str, list[str]]", _yaml("places"))


@cache
def _payments() -> dict[str, dict[str, Any]]:
    return cast("dict[str, dict[str, Any]]", _yaml("payments"))


def _yaml(name: str) -> object:
    return yaml.load(
        Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
