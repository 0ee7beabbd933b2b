"""One trace for each turn, sent by OpenTelemetry; without an address nothing of it is loaded."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from typing import Any

from bot.errors import SetupError

_tracer: Any = None
_NOTHING = nullcontext()


def begin(url: str, share: float = 1.0) -> Any:
    """Trace from now on and send to this OTLP endpoint; gives what `end` wants.

    `share` of the turns are traced. An endpoint that is away costs nothing but its traces.
    """
    global _tracer  # noqa: PLW0603 - there is one process, and its traces belong to it
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    except ImportError as error:
        raise SetupError(
            f"HANDRAIL_OPERATION__TRACES_URL is set, and {error.name} is not installed. Run "
            "`pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-grpc`."
        ) from error
    named = {"service.name": "handrail", "service.version": version("handrail")}
    provider = TracerProvider(
        resource=Resource.create(named),
        sampler=ParentBased(TraceIdRatioBased(share)),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(endpoint=url, insecure=url.startswith("http://"), timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = provider.get_tracer("handrail")
    return provider


def end(provider: Any) -> None:
    """Send what is left and trace no more."""
    global _tracer  # noqa: PLW0603 - as in `begin`
    _tracer = None
    provider.force_flush(2_000)
    provider.shutdown()


def turn(conversation_id: str) -> AbstractContextManager[Any]:
    """A turn, with nothing above it: it is nobody's part."""
    if _tracer is None:
        return _NOTHING
    from opentelemetry.context import Context

    about = {"handrail.conversation": conversation_id}
    span: AbstractContextManager[Any] = _tracer.start_as_current_span(
        "turn", context=Context(), attributes=about, record_exception=False
    )
    return span


def span(name: str) -> AbstractContextManager[Any]:
    """A part of what is going on, if a trace of it is made."""
    if _tracer is None:
        return _NOTHING
    # What an error says may quote a customer: its kind alone stands in the log, with the trace.
    part: AbstractContextManager[Any] = _tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    )
    return part


def past(name: str, seconds: float) -> None:
    """A part that has just ended and took so long."""
    if _tracer is not None:
        now = time.time_ns()
        _tracer.start_span(name, start_time=now - int(seconds * 1e9)).end(now)


def current() -> Iterator[tuple[str, str]]:
    """The ids of the trace that is going on, for the log."""
    if _tracer is not None:
        from opentelemetry.trace import format_trace_id, get_current_span

        context = get_current_span().get_span_context()
        if context.is_valid:
            yield "trace", format_trace_id(context.trace_id)
