"""A reply as one JSON object: what `handrail ask --json` and the admin's test search show."""

from typing import Any

from bot.conversation.events import instant
from bot.reply import Reply
from handoff import words
from handoff.availability import Availability


def wire(reply: Reply, ms: float) -> dict[str, Any]:
    """The reply as `handrail ask --json` prints it."""
    escalation = reply.escalation
    answer = reply.text
    if escalation is not None:
        answer = words.acknowledgement(
            escalation.reason,
            reply.language,
            staffed=False,
            place=None,
            urgent=escalation.urgent,
        )
    return {
        "answer": answer,
        "language": reply.language,
        "citations": [
            {
                "article": citation.article,
                "locale": citation.locale,
                "title": citation.title,
                "url": citation.url,
                "text": citation.text,
            }
            for citation in reply.citations
        ],
        "confidence": round(reply.confidence, 4),
        "decision": _decision(reply),
        "reason": _reason(reply),
        "incident": reply.incident,
        "ms": round(ms, 2),
    }


def person(found: Availability | None) -> dict[str, Any] | None:
    """What stands beside the offer of a person; None where nothing is known or offered."""
    if found is None:
        return None
    minutes = list(found.minutes) if found.minutes is not None else None
    opens_at = instant(found.opens_at)
    return {"kind": found.kind, "place": found.place, "minutes": minutes, "opens_at": opens_at}


def _decision(reply: Reply) -> str:
    """A single question that the bot cannot answer would be passed on: that is a handoff."""
    told = {"unsure": "handoff", "courtesy": "answer"}
    return told.get(reply.decision, reply.decision)


def _reason(reply: Reply) -> str | None:
    if reply.escalation is not None:
        return str(reply.escalation.reason)
    return "unsure" if reply.decision == "unsure" else None
