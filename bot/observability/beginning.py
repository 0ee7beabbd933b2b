"""Counting and tracing for as long as the application runs, as the settings say."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.observability import metrics, stages, traces
from bot.observability.settings import OperationSettings
from retrieval import embedding


@contextmanager
def begun(settings: OperationSettings) -> Iterator[None]:
    """Count and trace what happens inside; raises SetupError when what is set cannot be done.

    What was counted stays counted afterwards: a process has one set of figures.
    """
    counts, traced = bool(settings.metrics_token.get_secret_value()), bool(settings.traces_url)
    if counts:
        metrics.begin()
    sending = traces.begin(settings.traces_url, settings.traces_share) if traced else None
    if counts or traced:
        embedding.watchers.append(stages.embedded)
    try:
        yield
    finally:
        if counts or traced:
            embedding.watchers.remove(stages.embedded)
        if sending is not None:
            traces.end(sending)
