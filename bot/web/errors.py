"""What an error becomes at the edge: the only table of HTTP statuses and close codes."""

from typing import Any

from bot.errors import BotError, RateLimited, Unavailable
from bot.observability import metrics
from bot.revisions import Overwritten
from handoff.errors import AlreadyClaimed, HandoffError
from retrieval.errors import RetrievalError

ProductError = (BotError, HandoffError, RetrievalError)
"""Every error that has a code and a sentence for people."""

STATUS = {
    "not_found": 404,
    "not_signed_in": 401,
    "forbidden": 403,
    "identity_required": 403,
    "identity_refused": 401,
    "identity_expired": 401,
    "csrf": 403,
    "not_holder": 409,
    "already_claimed": 409,
    "not_waiting": 409,
    "nobody_waits": 409,
    "too_late": 409,
    "agent_unavailable": 409,
    "already_rated": 409,
    "already_building": 409,
    "already_importing": 409,
    "version_conflict": 409,
    "name_taken": 409,
    "last_admin": 409,
    "already_decided": 409,
    "nothing_to_roll_back": 409,
    "generation_gone": 409,
    "nothing_to_resume": 409,
    "category_not_empty": 409,
    "closed": 409,
    "no_index": 503,
    "vectors_unavailable": 503,
    "invalid_link": 401,
    "bad_password": 401,
    "rate_limited": 429,
    "unavailable": 503,
    "too_large": 413,
    "attachments_off": 403,
    "unsupported_type": 415,
    "upload_timeout": 408,
    "no_attachment": 409,
}
"""Code → HTTP status; a code that is not here is a bad request (422)."""

GOING_AWAY = 1001
TOO_BIG = 1009
BAD_HELLO = 4400
BAD_TOKEN = 4401
BAD_ORIGIN = 4403
SILENT = 4408
SIGNED_OUT = 4409
TOO_SLOW = 4413
TOO_MANY = 4429


def status_of(error: Exception) -> int:
    """The HTTP status of an error of ours."""
    return STATUS.get(getattr(error, "code", ""), 422)


def body(error: Exception) -> dict[str, Any]:
    """The error as REST calls show it."""
    metrics.refused(getattr(error, "code", "error"))
    shown = {"code": getattr(error, "code", "error"), "message": str(error)}
    if isinstance(error, Overwritten):
        shown["details"] = error.details
    return {"error": shown}


def frame(error: Exception, frame_id: str | None) -> dict[str, Any]:
    """The error as a socket shows it, naming the frame it answers."""
    metrics.refused(getattr(error, "code", "error"))
    retry = error.retry_after if isinstance(error, RateLimited | Unavailable) else None
    shown: dict[str, Any] = {
        "type": "error",
        "code": getattr(error, "code", "error"),
        "message": str(error),
        "id": frame_id,
        "retry_after": retry,
    }
    if isinstance(error, AlreadyClaimed):
        shown["data"] = {"agent": {"id": error.agent_id, "name": error.agent_name}}
    return shown
