"""What the bot says by itself, in four languages: doubt, choices, incidents."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.answering import guard
from bot.answering import language as script
from handoff.availability import Availability
from retrieval.incidents import matching
from retrieval.incidents.incident import Incident, Update

DEFAULT = "en"
Names = Mapping[str, Mapping[str, str]]
"""Component id → locale → name."""
_JUDGED: dict[tuple[int, str], tuple[Incident, tzinfo, str]] = {}
"""What `honest` made of a text: every widget that opens is shown it, and judging takes 20 ms."""
_JUDGED_MOST = 1000


def unsure(
    language: str,
    person: Availability | None = None,
    now: datetime | None = None,
    zone: tzinfo = UTC,
) -> str:
    """The honest "I don't know", with the offer of what `person` says there is.

    A person, a place in the queue with the wait, or that a message will be answered. None: nobody
    knows who is there.
    """
    if person is None or person.kind == "now":
        return _text(language, "unsure")
    if person.kind == "queue":
        low, high = person.minutes or (0, 0)
        wait = _text(language, "minutes").format(low=low, high=high) if person.minutes else ""
        return _text(language, "unsure_queue").format(place=person.place, minutes=wait)
    opens = person.opens_at
    back = "" if opens is None else clock(opens, now or opens, zone)
    back = _text(language, "back").format(time=back) if back else ""
    return _text(language, "unsure_message").format(back=back)


def unseen(
    language: str,
    person: Availability | None = None,
    now: datetime | None = None,
    zone: tzinfo = UTC,
) -> str:
    """That a picture or file cannot be looked at, with the offer of a person as `unsure` has it."""
    head = _text(language, "unseen")
    key = "unseen_message" if person is not None and person.kind == "message" else "unseen_person"
    opens = None if person is None else person.opens_at
    back = "" if opens is None else clock(opens, now or opens, zone)
    back = _text(language, "back").format(time=back) if back else ""
    return head + _text(language, key).format(back=back)


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
    """What is broken and what is not, what to do meanwhile, as of when, and when we will know more.

    Markdown. Says "resolved" only of an incident that is, whatever its texts say; an announced
    update or end that did not come is called late instead of being promised again.
    """
    told = of(language)["incident"]
    if incident.status == "resolved":
        return _resolved(incident, incident.updates[-1:], language, now, zone)
    affected = [choose(names.get(part, {}), language) or part for part in incident.components]
    fields = [
        (told["affected"], of(language)["join"].join(affected)),
        (told["spared"], _spared(incident, language)),
        (told["status"], told["statuses"].get(incident.status, "")),
        (told["workaround"], honest(choose(incident.workaround, language), incident, zone)),
        *_as_of(incident, language, now, zone),
        (told["expected"], _expected(incident, language, now, zone)),
        (told["next"], _next(incident, language, now, zone)),
        *_unconfirmed(incident, language, now, zone),
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
    correction: bool = False,
    reopened: bool = False,
) -> str:
    """One piece of news for somebody who asked about the incident before (Markdown).

    `correction`: they were told this update before, with other words. `reopened`: the update before
    it said that it was over.
    """
    now = now or update.at
    told = of(language)["incident"]
    if correction:
        said = incident_update(incident, update, language, now=now, zone=zone, reopened=reopened)
        return str(told["correction"]).format(text=said)
    if update.status == "resolved":
        return _resolved(incident, (update,), language, now, zone)
    lead = told["back" if reopened else "update"].format(
        title=choose(incident.title, language),
        time=clock(update.at, now, zone),
        status=told["statuses"].get(update.status, ""),
    )
    due = _next(incident, language, now, zone)
    ends = [_field(told["next"], due, language)] if due else []
    news = honest(choose(update.text, language), incident, zone)
    return "\n\n".join(part for part in (lead.rstrip(), news, *ends) if part)


def after_the_end(key: str, language: str, **places: str) -> str:
    """What is said or pressed once an incident is over, or once somebody wants no more updates.

    `works`, `broken`: the buttons under "does it work again?"; `thanked`; `go_on`, with a `url`;
    `muted`, with a `title`.
    """
    text: str = of(language)["incident"][key]
    return text.format(**places)


def other_incidents(incidents: Sequence[Incident], language: str) -> str:
    """The other ongoing incidents in a line each, for who asked what is wrong in general."""
    told = of(language)["incident"]
    lines = [
        f"- **{choose(one.title, language)}**: {told['statuses'].get(one.status, '')}"
        for one in incidents
    ]
    return "\n".join([told["others"], "", *lines])


def unconfirmed(language: str, since: datetime, now: datetime, zone: tzinfo = UTC) -> str:
    """Say that nobody knows how things stand, to who asks while a status page is silent."""
    text: str = of(language)["incident"]["unknown"]
    return text.format(time=clock(since, now, zone))


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
    return original(usable[code], code, language)


def original(text: str, code: str, language: str) -> str:
    """A text that has no translation, and before it the name of its own language, in the reader's.

    >>> original("Sila cuba lagi.", "ms", "en")
    '(Malay original) Sila cuba lagi.'
    """
    note = _text(language, "original")
    return note.format(language=language_name(code, language), text=text)


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
    text = honest(choose(latest.text, language), incident, zone)
    return [(label, text or of(language)["incident"]["statuses"].get(incident.status, ""))]


def honest(text: str, incident: Incident, zone: tzinfo = UTC) -> str:
    """What people wrote about an incident, less sentences that say more than its status does."""
    if not text or not incident.ongoing:
        return text
    kept = _JUDGED.get((id(incident), text))
    if kept is None or kept[0] is not incident or kept[1] != zone:
        allowed = guard.standing([incident], zone)
        kept = incident, zone, text if allowed is None else guard.without(text, allowed)
        if len(_JUDGED) >= _JUDGED_MOST:
            _JUDGED.clear()
        _JUDGED[id(incident), text] = kept
    return kept[2]


def _spared(incident: Incident, language: str) -> str:
    """What goes on working, unless the latest update says so anyway."""
    said = matching.spared(incident, language)
    latest = incident.updates[-1].text.get(language, "") if incident.updates else ""
    return "" if said in latest else said


def _expected(incident: Incident, language: str, now: datetime, zone: tzinfo) -> str:
    at = incident.expected_at
    if at is None:
        return ""
    told: str = of(language)["incident"]["hoped" if at >= now else "overdue"]
    return told.format(time=clock(at, now, zone))


def _unconfirmed(
    incident: Incident, language: str, now: datetime, zone: tzinfo
) -> list[tuple[str, str]]:
    told = of(language)["incident"]
    since = incident.unconfirmed_since or incident.left_feed_at
    if since is None:
        return []
    said: str = told["silent" if incident.unconfirmed_since else "left"]
    return [(told["note"], said.format(time=clock(since, now, zone)))]


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
    loaded: dict[str, dict[str, Any]] = yaml.load(
        Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return loaded
