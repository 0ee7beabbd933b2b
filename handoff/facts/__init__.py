"""What the customer already said about the case: the do-not-ask-again list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handoff.facts import codes, contacts, days, devices, doubt, listed, money, people, times
from handoff.facts.fact import Fact, Said
from handoff.facts.reading import GONE, Finder, Found, Kind, Reading, one_width, simplified

__all__ = ["Fact", "Kind", "Said", "bookings", "facts"]

_FINDERS: tuple[Finder, ...] = (
    contacts.find_email,
    codes.find_booking,
    contacts.find_card,
    codes.find_version,
    codes.find_error,
    codes.find_flight,
    devices.find,
    days.find_iso,
    contacts.find_phone,
    contacts.find_card_number,
    days.find_full,
    codes.find_reference,
    codes.find_coded,
    people.find_name,
    money.find,
    times.find,
    days.find,
    people.find_count,
    listed.find_payment,
    listed.find_place,
)
"""In this order: what one takes out is not read again as something else."""
_BOOKINGS = _FINDERS[: _FINDERS.index(codes.find_booking) + 1]


def facts(texts: Sequence[str | Said], *, language: str | None = None) -> list[Fact]:
    """What these messages say about the case, in the order in which it was said, each once.

    Of a card the last four digits only, however much of it was typed. What the customer only
    supposes, asks about, tells of others or takes back is left out. `language` decides what 3/6
    and 元 mean; without it the day comes before the month and 元 is of no currency.
    """
    said = [one if isinstance(one, Said) else Said(one) for one in texts]
    widths = [one_width(one.text) for one in said]
    plain = [simplified(text) for text in widths]
    yuan = money.yuan(plain, language)
    known: dict[tuple[str, str], Fact] = {}
    for one, text, same in zip(said, widths, plain, strict=True):
        after = simplified(one_width(one.after)).lower()
        _add(known, Reading(text, same, language, one.day, after, yuan))
    return list(known.values())


def bookings(text: str) -> list[str]:
    """The booking references in one message: of `facts` only these, ten times as fast."""
    plain = one_width(text)
    known: dict[tuple[str, str], Fact] = {}
    _add(known, Reading(plain, simplified(plain), None, None, ""), _BOOKINGS)
    return [fact.value for fact in known.values() if fact.kind == "booking"]


def _add(
    known: dict[tuple[str, str], Fact], reading: Reading, finders: Sequence[Finder] = _FINDERS
) -> None:
    found = sorted(_in_message(reading, finders), key=lambda one: one.start)
    out = {(one.kind, one.value) for one in found if doubt.denied(one, reading)}
    for key in out:
        known.pop(key, None)
    for one in found:
        key = (one.kind, one.value)
        if key in out or key in known or doubt.doubtful(one, reading):
            continue
        for kind, earlier in list(known):
            if kind == one.kind and doubt.corrects(one.value, earlier, reading):
                del known[kind, earlier]
        known[key] = Fact(one.kind, one.value, _shown(one, reading))


def _shown(found: Found, reading: Reading) -> str:
    if found.kind == "card":
        return f"•••• {found.value}"
    return reading.text[found.start : found.end].strip()


def _in_message(reading: Reading, finders: Sequence[Finder]) -> Iterator[Found]:
    rest = reading.plain
    for find in finders:
        found = list(find(rest, reading))
        for one in found:
            # Two patterns of one finder may see the same words: the first of them counts,
            # except that one range of dates is two facts in one place.
            if GONE not in rest[one.start : one.end] or _shared(one, found):
                yield one
                rest = f"{rest[: one.start]}{GONE * (one.end - one.start)}{rest[one.end :]}"


def _shared(one: Found, found: Sequence[Found]) -> bool:
    same = [other for other in found if (other.start, other.end) == (one.start, one.end)]
    return len(same) > 1
