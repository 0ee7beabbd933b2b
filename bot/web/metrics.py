"""`/metrics`: figures for Prometheus, for whoever has the token."""

import asyncio
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation.tables import events, outcomes
from bot.errors import BotError, NotFound, NotSignedIn
from bot.observability import metrics
from bot.parts import Parts
from bot.web import health
from bot.web.auth import parts_of
from handoff.tables import queue

router = APIRouter()

TEXT = "text/plain; version=0.0.4; charset=utf-8"
PULSE = 0.5
"""Seconds between two looks at the loop."""
PARTS = ("database", "index", "model", "status_pages", "news", "disk")


@router.get("/metrics", include_in_schema=False)
async def shown(request: Request) -> Response:
    """Everything counted; NotFound where nothing is, NotSignedIn without the token."""
    token = parts_of(request).settings.operation.metrics_token.get_secret_value()
    if not token:
        raise NotFound("Metrics are off. See docs/operations.md.")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secrets.compare_digest(given.encode(), token.encode()):
        raise NotSignedIn("The metrics need their token: `Authorization: Bearer …`.")
    looked = await _looked(request)
    return Response(await asyncio.to_thread(metrics.written, looked), media_type=TEXT)


async def pulse(parts: Parts) -> None:
    """Look at the loop and its sockets until cancelled; ends at once where nothing is counted."""
    loop = asyncio.get_running_loop()
    while metrics.counting():
        due = loop.time() + PULSE
        await asyncio.sleep(PULSE)
        sides = [(side, len(parts.hub.connections(side))) for side in ("customer", "agent")]
        metrics.pulse(loop.time() - due, sides, parts.turns.in_flight)


class _Looked:
    """What is read at the moment of asking; it is the same whichever process is asked."""

    def __init__(self, gauges: list[Any]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Any]:
        """As prometheus_client asks for it."""
        yield from self._gauges


async def _looked(request: Request) -> Any:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import GaugeMetricFamily

    well = await health.look(request)
    ok = GaugeMetricFamily("handrail_part_ok", "1 while the part is well.", labels=["part"])
    for part in PARTS:
        ok.add_metric([part], float((part, getattr(well, part)) not in health.ADVICE))
    gauges = [ok]
    parts = parts_of(request)
    now = parts.now()
    try:
        async with asyncio.timeout(health.PATIENCE):
            waiting, longest, unanswered = await parts.database.read(lambda tx: _waits(tx, now))
    except (BotError, TimeoutError):
        pass  # the part "database" says so
    else:
        gauges += [
            GaugeMetricFamily("handrail_queue_waiting", "Customers in the queue.", waiting),
            GaugeMetricFamily(
                "handrail_queue_longest_wait_seconds", "Of who waits longest.", longest
            ),
            GaugeMetricFamily(
                "handrail_unanswered_seconds", "Age of the oldest message without an outcome.",
                unanswered,
            ),
        ]  # fmt: skip
    registry = CollectorRegistry()
    registry.register(_Looked(gauges))
    return registry


def _waits(tx: Tx, now: datetime) -> tuple[float, float, float]:
    """How many wait, how long the first has, and how old the oldest open message is."""
    free = queue.c.agent_id.is_(None)
    here = select(func.count(), func.min(queue.c.waiting_since)).where(free)
    number, first = tx.execute(here).one()
    same = and_(
        events.c.conversation_id == outcomes.c.conversation_id,
        events.c.position == outcomes.c.position,
    )
    open_ones = select(func.min(events.c.at)).join_from(outcomes, events, same)
    oldest = tx.execute(open_ones.where(outcomes.c.outcome.is_(None))).scalar()
    return float(number), _age(first, now), _age(oldest, now)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
