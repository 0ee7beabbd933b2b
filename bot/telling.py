"""One update of an incident as one conversation is told it: in its language, and never too much."""

from collections.abc import Collection
from datetime import datetime, tzinfo
from urllib.parse import quote, urlsplit, urlunsplit

from sqlalchemy.engine import Connection as Tx

from bot.answering import guard, words
from bot.company import in_language
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import Event, NewEvent
from bot.conversation.state import State
from retrieval.incidents.incident import Incident, Update

_KEPT = "%/:?#&=+,;@!$*~-._"
"""What a link keeps as it is; brackets, quotes and blanks would end it in Markdown."""
_PORTS = {"http": ":80", "https": ":443"}


def told(
    tx: Tx,
    state: State,
    incident: Incident,
    update: Update,
    *,
    since: datetime,
    now: datetime,
    zone: tzinfo,
    origins: Collection[str],
) -> NewEvent | None:
    """The event, or None where this conversation has heard of it or must not hear it any more.

    `since`: up to when the conversation had been told; `origins`: of the pages that may be linked.
    An end that was taken back before it was told is left out: what is open again is not over.
    """
    client_id = client_id_of(update)
    if log.position_of(tx, state.id, e.SYSTEM, client_id) is not None:
        return None
    if update.status == "resolved" and incident.ongoing:
        return None
    language = state.language or state.locale or words.DEFAULT
    before = _before(incident, update)
    correction = update.corrections > 0 and (update.at <= since or _was_told(tx, state.id, update))
    text = words.incident_update(
        incident,
        update,
        language,
        now=now,
        zone=zone,
        correction=correction,
        reopened=before == "resolved",
    )
    data = {
        "incident": incident.id,
        "update": update.id,
        "title": in_language(incident.title, language) or incident.id,
        "text": _checked(text, incident, language, zone),
        "status": update.status,
        "language": language,
        "correction": correction,
        "options": [],
        "page": None,
    }
    if update.status == "resolved" and before != "resolved":
        data |= _asking(tx, state, incident, language, origins, str(data["text"]))
    return NewEvent(e.INCIDENT_TOLD, e.SYSTEM, data, client_id=client_id)


def client_id_of(update: Update, corrections: int | None = None) -> str:
    """What makes telling this wording of an update twice impossible."""
    times = update.corrections if corrections is None else corrections
    return f"update:{update.id}" + (f":{times}" if times else "")


def own_page(page: str | None, origins: Collection[str]) -> str | None:
    """The address as a link that Markdown keeps whole, if it lies on one of these origins."""
    origin = origin_of(page or "")
    if origin is None or origin not in {origin_of(one) for one in origins}:
        return None
    return quote(urlunsplit(urlsplit(page or "")), safe=_KEPT)


def origin_of(address: str) -> str | None:
    """Scheme, host and port of a web address; None for any other, or one that holds a password."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    shown = "" if port is None or f":{port}" == _PORTS[parts.scheme] else f":{port}"
    return f"{parts.scheme}://{parts.hostname}{shown}"


def _asking(
    tx: Tx,
    state: State,
    incident: Incident,
    language: str,
    origins: Collection[str],
    text: str,
) -> dict[str, object]:
    """Ask whether it works again, and give back the page that they came from."""
    buttons = [words.after_the_end(one, language) for one in ("works", "broken")]
    page = own_page(_asked_on(tx, state, incident.id), origins)
    if page is not None:
        text += "\n\n" + words.after_the_end("go_on", language, url=page)
    options = [{"label": one, "text": one} for one in buttons]
    return {"text": text, "options": options, "page": page}


def _asked_on(tx: Tx, state: State, incident_id: str) -> str | None:
    """The page that the customer was on when the incident was the answer last."""
    known = log.read(tx, state.id, after=max(0, state.head - log.READ_LIMIT))
    answers = [one for one in known if _about(one, incident_id)]
    asked = max(answers[-1].data["answers"], default=0) if answers else state.head
    pages = [
        one.data["page"]
        for one in known
        if one.kind in (e.STARTED, e.CUSTOMER_SAID)
        and one.position <= asked
        and one.data.get("page")
    ]
    return pages[-1] if pages else state.page


def _about(event: Event, incident_id: str) -> bool:
    if event.kind == e.BOT_ANSWERED:
        return event.data.get("incident") == incident_id
    return event.kind == e.PERSON_CALLED and (event.staff or {}).get("incident") == incident_id


def _before(incident: Incident, update: Update) -> str | None:
    """The status of the update before this one."""
    at = incident.updates.index(update)
    return incident.updates[at - 1].status if at > 0 else None


def _was_told(tx: Tx, conversation_id: str, update: Update) -> bool:
    earlier = (client_id_of(update, times) for times in range(update.corrections))
    return any(log.position_of(tx, conversation_id, e.SYSTEM, one) for one in earlier)


def _checked(text: str, incident: Incident, language: str, zone: tzinfo) -> str:
    """The text, less a title that may not be said while the incident lasts; at least its status.

    The news in it was judged when it was put in, and our own words need no judge: together they
    would read as promises, "as of 14:05 we are working on a fix".
    """
    allowed = guard.standing([incident], zone)
    if allowed is None or not guard.breaches(words.choose(incident.title, language), allowed):
        return text
    status: str = words.of(language)["incident"]["statuses"].get(incident.status, "")
    return guard.without(text, allowed) or status
