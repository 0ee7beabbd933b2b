"""How to reach the customer, and of a card only the last four digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.facts.reading import Found, Reading

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]+@"
    r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![A-Za-z0-9_])"
)
_CARD_NUMBER = re.compile(
    r"(?<![\d+A-Za-z])(?:\d[ -]?){12,15}(?P<last>\d{4})(?!\d)"
    # Bounded: a repeat inside a repeat takes for ever over a message of x's.
    r"|(?<![*x•])[*x•]{2,16}(?:[ -][*x•]{2,16}){0,4}[ -]?(?P<end>\d{4})(?!\d)"
)
_CARD_LAST = re.compile(
    r"(?:(?:ending|ended|ends)(?: in| with)?"
    r"|last (?:four|4)(?: digits?)?(?: of (?:my|the)(?: new| old)? card)?(?: are| is)?"
    r"|(?<!手机)(?<!电话)(?<!订单)(?:尾号|尾数)(?:是|为)?"
    r"|[末后](?:四|4)[码位](?:数字|数)?(?:是|为)?"
    r"|(?:4|empat) (?:digit|nombor|angka) (?:terakhir|akhir|belakang)"
    r"(?: kad)?(?: saya)?(?: ialah| adalah)?"
    r"|(?:berakhir|hujung|kad akhir)(?: dengan)?|card no(?:\.|:)?)"
    r"\s*[:]?\s*(?P<last>\d{4})(?!\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w-])(?:\+\d|0\d)(?:[\d\s()-]{6,14})\d(?![\w-])", re.ASCII)
_MAINLAND = re.compile(r"(?<![\w-])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\w-])", re.ASCII)
_CALLED = re.compile(
    r"(?:\bphone|\bmobile|\bcell|whatsapp|\bcontact|\bmy (?:new |old )?number(?:'s)?|\btel\b|\bhp\b"
    r"|\bcall(?: me)?(?: (?:on|at))?|telefon|手机|电话|门号|联络|联系)"
    r"(?: ?(?:number|no\.?|saya|号码?|is|ialah|baru|new|old|lama))*\s?(?:是|为)?\s?[:]?\s*"
    # Eight digits and no more: a card number must not lose its first half to a phone.
    r"(?P<number>\d{3,4}[ -]?\d{4})(?![\w-])(?!\s?\d)",
    re.IGNORECASE | re.ASCII,
)


def find_email(rest: str, _: Reading) -> Iterator[Found]:
    """E-mail addresses in lower case."""
    for match in _EMAIL.finditer(rest):
        yield Found("email", match.group().lower(), *match.span())


def find_card(rest: str, _: Reading) -> Iterator[Found]:
    """The last four digits where a customer says that they are."""
    for match in _CARD_LAST.finditer(rest):
        yield Found("card", match["last"], *match.span())


def find_card_number(rest: str, _: Reading) -> Iterator[Found]:
    """Card numbers typed in full or with stars: the last four digits of them."""
    for match in _CARD_NUMBER.finditer(rest):
        yield Found("card", match["last"] or match["end"], *match.span())


def find_phone(rest: str, _: Reading) -> Iterator[Found]:
    """Phone numbers as `+60123456789`, or as they were typed where no country was."""
    for pattern in (_PHONE, _MAINLAND):
        for match in pattern.finditer(rest):
            digits = re.sub(r"[^\d+]", "", match.group())
            if 9 <= len(digits.lstrip("+")) <= 15:
                yield Found("phone", digits, *match.span())
    for match in _CALLED.finditer(rest):
        yield Found("phone", re.sub(r"\D", "", match["number"]), *match.span("number"))
