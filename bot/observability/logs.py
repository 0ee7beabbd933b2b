"""How the log is written: one entry a line, with what it belongs to, never what anybody wrote."""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any, TextIO

import structlog

from bot.observability import metrics, traces
from bot.observability.settings import OperationSettings

Entry = MutableMapping[str, Any]

FRAMES = 6
"""Places in the program that an error is shown with, the innermost last."""


def configure(settings: OperationSettings, stream: TextIO | None = None) -> None:
    """Write entries to `stream` (the error output) as the settings say, those of libraries too.

    Errors are written as their kinds and places: what they say may quote a customer, so that
    needs `log_details`.
    """
    stream = stream or sys.stderr
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    gathered = _gathered(details=settings.log_details)
    shown = _shown(settings, stream)
    structlog.configure(
        processors=[*gathered, shown],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    foreign = logging.StreamHandler(stream)
    foreign.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_Foreign(details=settings.log_details), *gathered],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
        )
    )
    root = logging.getLogger()
    root.handlers = [foreign]
    root.setLevel(max(level, logging.WARNING))  # what libraries do all day is not ours to tell


def _gathered(*, details: bool) -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        _traced,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Errors(details=details),
        _counted,
    ]


def _shown(settings: OperationSettings, stream: TextIO) -> Any:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty())


def _traced(_: Any, __: str, entry: Entry) -> Entry:
    entry.update(traces.current())
    return entry


def _counted(_: Any, level: str, entry: Entry) -> Entry:
    if level in ("warning", "error", "exception", "critical"):
        metrics.logged(str(entry.get("logger", entry["event"])))
    return entry


class _Errors:
    """Puts an error's kinds and places in the entry, in place of its text and its variables."""

    def __init__(self, *, details: bool) -> None:
        self._details = details

    def __call__(self, _: Any, __: str, entry: Entry) -> Entry:
        given = entry.pop("exc_info", None)
        error = (
            sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
        )
        if not isinstance(error, BaseException):
            return entry
        entry["exception"] = " from ".join(type(one).__name__ for one in _causes(error))
        places = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        entry["at"] = [f"{one.filename}:{one.lineno} {one.name}" for one in places]
        if self._details:
            entry["said"] = [str(one) for one in _causes(error)]
        return entry


class _Foreign:
    """What a library logs: the sentence it always says, without what it puts into it."""

    def __init__(self, *, details: bool) -> None:
        self._details = details

    def __call__(self, _: Any, __: str, entry: Entry) -> Entry:
        record: logging.LogRecord = entry["_record"]
        entry["logger"] = record.name
        if not self._details:
            first, *_rest = str(record.msg).splitlines() or [""]
            entry["event"] = first
        entry["exc_info"] = record.exc_info
        return entry


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
