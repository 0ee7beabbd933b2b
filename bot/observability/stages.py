"""Parts of a turn, timed for the metrics and shown in its trace."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from time import perf_counter
from typing import Any, TypeVar

from structlog.contextvars import bound_contextvars

from bot.observability import metrics, traces

F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time what happens inside; `name` is one of `metrics.STAGES`."""
    started = perf_counter()
    with traces.span(name):
        try:
            yield
        finally:
            metrics.took(name, perf_counter() - started)


def staged(name: str) -> Callable[[F], F]:
    """As `stage`, around a function or a coroutine function."""

    def around(function: Any) -> Any:
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def waiting(*given: Any, **named: Any) -> Any:
                with stage(name):
                    return await function(*given, **named)

            return waiting

        @wraps(function)
        def blocking(*given: Any, **named: Any) -> Any:
            with stage(name):
                return function(*given, **named)

        return blocking

    return around


def turn(work: F) -> F:
    """Around a method that works on the conversation it is given: one trace, and its id in logs."""

    @wraps(work)
    async def named(self: Any, conversation_id: str) -> Any:
        with bound_contextvars(conversation=conversation_id), traces.turn(conversation_id):
            return await work(self, conversation_id)

    return named  # type: ignore[return-value]  # the same signature, wrapped


def accepting(take: F) -> F:
    """Around the method that stores a customer's message, and gives whether it was new."""

    @wraps(take)
    async def timed(*given: Any, **named: Any) -> Any:
        started = perf_counter()
        accepted = await take(*given, **named)
        metrics.accepted(perf_counter() - started, new=accepted.new)
        return accepted

    return timed  # type: ignore[return-value]  # the same signature, wrapped


def settled(reply: Any, since: timedelta) -> None:
    """A turn's reply is stored, so long after the customer's last word."""
    outcome = "queued" if reply.escalation else "degraded" if reply.degraded else "answered"
    metrics.settled(outcome, since.total_seconds())


def embedded(seconds: float) -> None:
    """A question was embedded in this time, just now."""
    metrics.took("embedding", seconds)
    traces.past("embedding", seconds)
