"""`handrail doctor`: what this installation is, and what is wrong with it."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from time import perf_counter

from rich.console import Console

from bot import schema, surroundings
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import Settings
from retrieval import embedding
from retrieval.errors import RetrievalError
from retrieval.incidents import feeds
from retrieval.incidents.settings import parse
from retrieval.index import Index


def show(settings: Settings, console: Console) -> bool:
    """Print every finding; False when one of them is a fault."""
    good = True
    for mark, line in _findings(settings):
        good = good and mark != "fault"
        colour = {"ok": "green", "note": "yellow", "fault": "red"}[mark]
        console.print(f"[{colour}]{mark:>5}[/{colour}]  {line}", highlight=False, soft_wrap=True)
    return good


def _findings(settings: Settings) -> Iterator[tuple[str, str]]:
    packages = ("chromadb", "langchain-core", "fastapi", "uvicorn", "sqlalchemy", "onnxruntime")
    named = ", ".join(f"{name} {version(name)}" for name in packages)
    yield "ok", f"Python {sys.version.split()[0]}; {named}"
    yield from surroundings.findings(settings)
    try:
        schema.check(settings.database_at)
    except SetupError as error:
        yield "fault", str(error)
        return
    try:
        loaded = embedding.load(settings.retrieval.model, settings.home)
        yield "ok", f"Embedding model {loaded.name}, {loaded.dimension} dimensions, ONNX Runtime"
        yield "ok", _graph(loaded)
    except RetrievalError as error:
        yield "fault", str(error)
    yield _index(settings)
    yield from _status_pages(settings)
    yield "ok", f"Answers: {settings.answering.answerer} {settings.answering.chat_model or ''}"


def _graph(loaded: embedding.Embedder) -> str:
    """Say which graph serves the model, and measure it: the first text alone only warms it up."""
    texts = ["How long does a refund take, and whom do I ask when it does not arrive?"] * 8
    loaded.vectors(texts[:1])
    started = perf_counter()
    for text in texts:
        loaded.vectors([text])
    ms = (perf_counter() - started) * 1000 / len(texts)
    if loaded.graph == "fp32":
        return (
            f"Model graph fp32, as exported: no quicker one agreed with it; {ms:.1f} ms a question"
        )
    return (
        f"Model graph {loaded.graph}: smallest cosine to the model's own vectors "
        f"{loaded.agreement:.4f}, {loaded.speed:.2f} times as quick; {ms:.1f} ms a question"
    )


def _status_pages(settings: Settings) -> Iterator[tuple[str, str]]:
    """How each status page of the settings was read last; silence is a fault, a slip a note."""
    named, now = parse(settings.incidents.sources), datetime.now(UTC)
    if not named:
        return
    with opened(settings) as database:
        known = {one.name: one for one in database.sync.read(feeds.states)}
    for one in named:
        state = known.get(one.name)
        head = f"Status page {one.name} ({one.kind}, {one.url})"
        if state is None:
            yield "note", f"{head}: not asked yet. The server asks it while it runs."
            continue
        last = (
            "never read" if state.read_at is None else f"last read {_age(now - state.read_at)} ago"
        )
        error = f"; {state.failures} failures since: {state.error}" if state.error else ""
        fresh = state.read_at and now - state.read_at <= settings.incidents.unconfirmed_after
        yield ("note" if error else "ok") if fresh else "fault", f"{head}: {last}{error}"
        if state.unmapped:
            parts = ", ".join(state.unmapped[:10])
            yield "note", f"{one.name}: no component in components.yaml stands for {parts}"
        for found in state.contradictions[:10]:
            about = ", ".join(found[key] for key in ("incident", "component") if found[key])
            yield (
                "note",
                f"{one.name} contradicts itself or us: {found['code']} ({about or 'all of it'})",
            )


def _age(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _index(settings: Settings) -> tuple[str, str]:
    with opened(settings) as database:
        index = Index(database.sync, settings.home, settings.retrieval, lambda: datetime.now(UTC))
        live = next((one for one in index.generations() if one.state == "live"), None)
        pending = index.pending()
    if live is None:
        return "fault", "There is no index. Run `handrail index`."
    late = f"; {pending} articles changed since, run `handrail index`" if pending else ""
    added = f", changes added to {live.base} and calibrated with it" if live.base else ""
    told = f"Index {live.id}: {live.passages} passages{added}{late}"
    return "note" if pending else "ok", told
