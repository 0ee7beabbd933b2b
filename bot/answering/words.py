"""What the bot says by itself, in four languages: doubt, choices, incidents."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.answering import language as script
from retrieval.incidents.incident import Incident, Update

DEFAULT = "en"
Names = Mapping[str, Mapping[str, str]]
"""Component id → locale → name."""


def unsure(language: str) -> str:
    """The honest "I don't know", with the offer of a person."""
    return _text(language, "unsure")


def clarify(language: str, other: str | None = None) -> str:
    """What leads a list of possible questions; `other`: the only language that has articles."""
    if other is None:
        return _text(language, "clarify")
    return _text(language, "clarify_elsewhere").format(other=language_name(other, language))


def courtesy(kind: str, language: str) -> str:
    """What the bot answers to a greeting, thanks, a goodbye, a yes or a no."""
    text: str = of(language)["courtesy"][kind]
    return text


def missing_language(language: str, other: str, *, retold: bool = False) -> str:
    """Say that an article exists only in another language, and offer it: as it is, or retold."""
    key = "missing_language_retold" if retold else "missing_language"
    return _text(language, key).format(other=language_name(other, language))


def person_message(language: str) -> str:
    """What the button "talk to a person" says in the customer's name."""
    return _text(language, "person_message")


def article_too(language: str) -> str:
    """What leads from an incident to an article that may help as well; has a place `{title}`."""
    return _text(language, "article_too")


def language_name(code: str, language: str) -> str:
    """The name of a language in another, or its code if it has none here."""
    name: str = of(language)["languages"].get(code, code)
    return name


def incident_answer(
    incident: Incident,
    language: str,
    now: datetime,
    *,
    names: Names,
    zone: tzinfo = UTC,
) -> str:
    """What is broken, what to do meanwhile, as of when, and when we will know more (Markdown).

    Says "resolved" only of an incident that is; an announced update that did not come is called
    late instead of being promised again.
    """
    told = of(language)["incident"]
    if incident.status == "resolved":
        return _resolved(incident, incident.updates[-1:], language, now, zone)
    affected = [choose(names.get(part, {}), language) or part for part in incident.components]
    fields = [
        (told["affected"], of(language)["join"].join(affected)),
        (told["status"], told["statuses"].get(incident.status, "")),
        (told["workaround"], choose(incident.workaround, language)),
        *_as_of(incident, language, now, zone),
        (told["next"], _next(incident, language, now, zone)),
    ]
    lines = [_field(label, text, language) for label, text in fields if text]
    head = f"**{choose(incident.title, language)}**"
    return f"{told['sorry']}\n\n{head}\n\n" + "\n".join(f"- {line}" for line in lines)


def incident_update(
    incident: Incident,
    update: Update,
    language: str,
    *,
    now: datetime | None = None,
    zone: tzinfo = UTC,
) -> str:
    """One piece of news for somebody who asked about the incident before (Markdown)."""
    now = now or update.at
    if update.status == "resolved":
        return _resolved(incident, (update,), language, now, zone)
    told = of(language)["incident"]
    lead = told["update"].format(
        title=choose(incident.title, language),
        time=clock(update.at, now, zone),
        status=told["statuses"].get(update.status, ""),
    )
    due = _next(incident, language, now, zone)
    ends = [_field(told["next"], due, language)] if due else []
    return "\n\n".join(
        part for part in (lead.rstrip(), choose(update.text, language), *ends) if part
    )


def choose(texts: Mapping[str, str], language: str) -> str:
    """The text in a language; a missing one is shown in the language it has, and says which.

    Chinese written in the other script is converted, which needs no such note.
    """
    usable = {code: " ".join(text.split()) for code, text in texts.items() if text.strip()}
    if language in usable:
        return usable[language]
    sister = script.SISTERS.get(language, "")
    if sister in usable:
        return script.convert(usable[sister], language)
    if not usable:
        return ""
    code = DEFAULT if DEFAULT in usable else next(iter(usable))
    note = _text(language, "original")
    return note.format(language=language_name(code, language), text=usable[code])


def clock(at: datetime, now: datetime, zone: tzinfo = UTC) -> str:
    """An instant as people say it: `14:05 UTC+8`, with the date unless it is today's."""
    local = at.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    label = "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
    day = "" if local.date() == now.astimezone(zone).date() else f"{local:%Y-%m-%d} "
    return f"{day}{local:%H:%M} {label}"


def of(language: str) -> dict[str, Any]:
    """All words of a language; of English for one that is not spoken here."""
    return _words().get(language) or _words()[DEFAULT]


def _as_of(incident: Incident, language: str, now: datetime, zone: tzinfo) -> list[tuple[str, str]]:
    if not incident.updates:
        return []
    latest = incident.updates[-1]
    label = of(language)["incident"]["as_of"].format(time=clock(latest.at, now, zone))
    text = choose(latest.text, language) or of(language)["incident"]["statuses"].get(
        latest.status, ""
    )
    return [(label, text)]


def _next(incident: Incident, language: str, now: datetime, zone: tzinfo) -> str:
    due = incident.next_update_at
    if due is None or (due < now and any(update.at >= due for update in incident.updates)):
        return ""
    told: str = of(language)["incident"]["due" if due >= now else "late"]
    return told.format(time=clock(due, now, zone))


def _resolved(
    incident: Incident, updates: tuple[Update, ...], language: str, now: datetime, zone: tzinfo
) -> str:
    told = of(language)["incident"]
    at = updates[-1].at if updates else incident.resolved_at or now
    lead = told["resolved"].format(
        title=choose(incident.title, language), time=clock(at, now, zone)
    )
    said = [choose(update.text, language) for update in updates]
    return "\n\n".join(part for part in (lead, *said, told["again"]) if part)


def _field(label: str, text: str, language: str) -> str:
    return _text(language, "field").format(label=label, text=text)


def _text(language: str, key: str) -> str:
    text: str = of(language)[key]
    return text


@cache
def _words() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    )
    return loaded
