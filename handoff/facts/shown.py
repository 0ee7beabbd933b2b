"""A fact as an agent reads it: in the agent's language, with the customer's words as evidence."""

from __future__ import annotations

from handoff.facts.fact import Fact
from handoff.facts.listed import names
from handoff.words import nearest

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ms": "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember",
}
_PEOPLE = {"en": "{} people", "zh-Hans": "{} 人", "zh-Hant": "{} 人", "ms": "{} orang"}
_DAY = {"en": "day {}", "zh-Hans": "{}号", "zh-Hant": "{}號", "ms": "{} hb"}
_SAID = {"en": "{} (“{}”)", "zh-Hans": "{}（“{}”）", "zh-Hant": "{}（「{}」）", "ms": "{} (“{}”)"}


def in_words(fact: Fact, locale: str) -> str:
    """The value in the agent's language: 5 March 2026, RM as MYR, 4 orang, 吉隆坡."""
    language = nearest(locale)
    if fact.kind == "date":
        return _date(fact.value, language)
    if fact.kind == "amount":
        return _amount(fact.value)
    if fact.kind == "people":
        return _PEOPLE[language].format(fact.value)
    if fact.kind == "card":
        return fact.text
    return names(language).get(fact.value, fact.value)


def with_evidence(fact: Fact, locale: str) -> str:
    """The value, and behind it what the customer wrote where that is not the same."""
    shown = in_words(fact, locale)
    if _bare(shown) == _bare(fact.text):
        return shown
    return _SAID[nearest(locale)].format(shown, fact.text)


def _bare(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def _date(value: str, language: str) -> str:
    *year, month, day = [
        int(part) for part in ("0-" + value if "-" not in value else value).split("-")
    ]
    if not month:
        return _DAY[language].format(day)
    if language.startswith("zh"):
        return "".join(f"{one}年" for one in year) + f"{month}月{day}日"
    name = _MONTHS[language].split()[month - 1]
    return " ".join((str(day), name, *(str(one) for one in year)))


def _amount(value: str) -> str:
    code, _, number = value.rpartition(" ")
    whole, point, cents = number.partition(".")
    return f"{code} {int(whole):,}{point}{cents}".strip()
