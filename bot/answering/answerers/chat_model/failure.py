"""Why a chat model gave no answer that can be used."""

from bot.answering.answer import MODEL_REFUSED, MODEL_RUBBISH, MODEL_UNREACHABLE
from bot.errors import BotError

LONGEST_REST = 60.0
_BUSY = (429, 503)


class ModelFailed(BotError):
    """The model's answer is not used; `code` is why.

    `outage` says that the next call would likely fail as well, `rest` how long the server asked
    to be left alone.
    """

    def __init__(self, code: str, why: str, *, outage: bool = False, rest: float = 0.0) -> None:
        super().__init__(why)
        self.code = code
        self.outage = outage
        self.rest = rest


def of(error: Exception) -> ModelFailed:
    """Sort what a provider's library raised; the providers share no base class.

    The message names types and status only: a library's own text may hold the key or the question.
    """
    status = getattr(error, "status_code", None)
    why = type(error).__name__ + (f" {status}" if isinstance(status, int) and status > 0 else "")
    if "content_filter" in str(getattr(error, "code", "")):
        return ModelFailed(MODEL_REFUSED, why)
    if isinstance(error, ValueError | TypeError | KeyError | AttributeError | IndexError):
        return ModelFailed(MODEL_RUBBISH, why, outage=True)
    return ModelFailed(MODEL_UNREACHABLE, why, outage=True, rest=_rest(error, status))


def _rest(error: Exception, status: object) -> float:
    """Seconds of a `Retry-After`, if the server is busy and says so."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    if status not in _BUSY or headers is None:
        return 0.0
    try:
        return min(max(float(headers.get("retry-after", 0)), 0.0), LONGEST_REST)
    except ValueError:  # a date; the breaker's own rest will do
        return 0.0
