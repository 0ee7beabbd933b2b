"""Instants as status pages write them."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Annotated, Any

from pydantic import BeforeValidator

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_JAVASCRIPT = re.compile(
    r"[A-Za-z]{3} ([A-Za-z]{3}) (\d{1,2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})"
    r" (?:GMT|UTC)([+-])(\d{2}):?(\d{2})(?: \(.{0,60}\))?"
)


def instant(text: str, zone: tzinfo = UTC) -> datetime:
    """Return an instant from ISO 8601; `zone` is that of a time which names none.

    ValueError when it is no instant.
    """
    at = datetime.fromisoformat(text.strip())
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def javascript(text: Any) -> Any:
    """Return an instant from JavaScript's `Date.toString()`, or from ISO 8601."""
    if not isinstance(text, str):
        return text
    found = _JAVASCRIPT.fullmatch(text.strip())
    if found is None:
        return instant(text)
    month, day, year, hour, minute, second, sign, hours, minutes = found.groups()
    if month.lower() not in _MONTHS:
        raise ValueError(f"{month} is no month")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return datetime(
        int(year), _MONTHS.index(month.lower()) + 1, int(day), int(hour), int(minute), int(second),
        tzinfo=timezone(-offset if sign == "-" else offset),
    ).astimezone(UTC)  # fmt: skip


JavascriptInstant = Annotated[datetime, BeforeValidator(javascript)]
