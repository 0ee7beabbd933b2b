"""Our own customers as a sensor: questions that rise far above the usual propose an incident.

It tells nobody but the admins: a proposal becomes an incident only when a person declares it.
How it decides is in `sensor_rise.py`, what is usual in `sensor_baseline.py`, and why the rate of
false alarms holds in `sensor_tail.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy.engine import Connection

from retrieval.incidents import ledger, sensor_counts, sensor_proposals
from retrieval.incidents.incident import Incident
from retrieval.incidents.sensor_baseline import BUCKET, Baseline, learn
from retrieval.incidents.sensor_counts import Span
from retrieval.incidents.sensor_proposals import Proposal
from retrieval.incidents.sensor_rise import AN_HOUR, Recent, Rise, expected_of, rises
from retrieval.incidents.sensor_settings import SensorSettings

AFTERGLOW = timedelta(hours=1)
"""Questions about an incident go on for a while after it is resolved."""
PLOTTED = 3 * AN_HOUR
"""Buckets that the plot of the evidence shows."""
SAME_CUSTOMERS = 0.5
"""From this share of common customers on, two components are one outage."""
LEAD = timedelta(hours=1)
"""An outage began before it was noticed: this much before its proposal is not usual either."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found: rises, each with the evidence that an admin is shown."""

    at: datetime
    rises: tuple[Rise, ...]
    evidence: tuple[dict[str, Any], ...]


class Sensor:
    """Looks at the counts; what it keeps in memory can be learned again at any time."""

    def __init__(
        self, settings: SensorSettings, components: Sequence[str], zone: tzinfo = UTC
    ) -> None:
        self.settings = settings
        self.components = tuple(components)
        self._zone = zone
        self._baseline: Baseline | None = None
        self._learned_at = -1
        self._watched = 0.0

    def look(self, tx: Connection, now: datetime) -> Seen:
        """What has risen; reads only, and most of the time little: the usual is learned hourly."""
        recent = sensor_counts.recent(tx, now)
        baseline = self._learn(tx, recent.bucket, now)
        if not self.settings.watching or self._watched < self.settings.history_hours:
            return Seen(now, (), ())
        quiet = _told(ledger.listing(tx), now)
        found = rises(recent, baseline, self.components, self.settings, quiet)
        shown = tuple(_evidence(rise, recent, baseline) for rise in found)
        return Seen(now, tuple(found), shown)

    def propose(self, tx: Connection, seen: Seen) -> list[Proposal]:
        """Store what a look found; gives the proposals that are new, at most one per outage."""
        sensor_proposals.let_pass(tx, now=seen.at, quiet=self.settings.quiet)
        new: list[Proposal] = []
        for rise, evidence in zip(seen.rises, seen.evidence, strict=True):
            recent = sensor_proposals.since(tx, seen.at - self.settings.quiet)
            since = seen.at - timedelta(minutes=max(rise.minutes, 60))
            examples = sensor_counts.examples(tx, rise.component, since)
            known = next((one for one in recent if rise.component in one.components), None)
            if known is None:
                known = _same_outage(tx, rise.component, recent, since)
            if known is None:
                made = sensor_proposals.propose(
                    tx, rise.component, evidence=evidence, examples=examples, now=seen.at
                )
                new.append(made)
            elif known.component in {rise.component, None} or known.evidence is None:
                sensor_proposals.see_again(
                    tx, known, now=seen.at, evidence=evidence, examples=examples
                )
            else:
                sensor_proposals.see_again(tx, known, now=seen.at, also=[rise.component])
        return new

    def _learn(self, tx: Connection, bucket: int, now: datetime) -> Baseline:
        if self._baseline is None or self._learned_at != bucket // AN_HOUR:
            history = sensor_counts.history(
                tx,
                now,
                weeks=self.settings.weeks,
                components=self.components,
                unusual=_unusual(tx, now),
            )
            self._baseline = learn(
                history,
                now=now,
                zone=self._zone,
                half_life_weeks=self.settings.half_life_weeks,
                spread=self.settings.spread,
            )
            self._watched = max(float(hours.sum()) for hours in history.watched.values())
            self._learned_at = bucket // AN_HOUR
        return self._baseline


def _told(incidents: Sequence[Incident], now: datetime) -> set[str]:
    """Components of which everybody knows that they are broken, or were a moment ago."""
    return {
        component
        for one in incidents
        if one.ongoing or (one.resolved_at is not None and now - one.resolved_at < AFTERGLOW)
        for component in one.components
    }


def _unusual(tx: Connection, now: datetime) -> dict[str, list[Span]]:
    """When each component was not in its usual state: incidents, and what is not yet decided."""
    spans: dict[str, list[Span]] = {}
    for incident in ledger.listing(tx):
        if incident.active and incident.started_at is not None:
            over = incident.resolved_at + AFTERGLOW if incident.resolved_at is not None else now
            for component in incident.components:
                spans.setdefault(component, []).append((incident.started_at - LEAD, over))
    for one in sensor_proposals.listing(tx, limit=1000):
        if one.state != sensor_proposals.DISMISSED and one.evidence is not None:
            for component in one.components:
                spans.setdefault(component, []).append((one.opened_at - LEAD, one.seen_at))
    return spans


def _same_outage(
    tx: Connection, component: str, recent: Sequence[Proposal], since: datetime
) -> Proposal | None:
    """The proposal that mostly the same customers have led to."""
    mine = sensor_counts.askers(tx, component, since)
    for one in recent:
        if one.component is None:
            continue
        theirs = sensor_counts.askers(tx, one.component, since)
        if mine and len(mine & theirs) >= SAME_CUSTOMERS * len(mine):
            return one
    return None


def _evidence(rise: Rise, recent: Recent, baseline: Baseline) -> dict[str, Any]:
    """The figures behind a rise and the points of its plot, ready to be stored and shown."""
    counts = recent.questions[rise.component][-PLOTTED:]
    usual = expected_of(recent, baseline, rise.component, PLOTTED)
    first = recent.bucket - PLOTTED + 1
    return {
        "minutes": rise.minutes,
        "questions": rise.questions,
        "expected": round(rise.expected, 2),
        "times": round(rise.times, 1),
        "chance": rise.chance,
        "usual_per_hour": round(float(usual[-AN_HOUR:].sum()), 2),
        "plot": [
            {
                "at": datetime.fromtimestamp((first + at) * BUCKET, UTC).isoformat(),
                "questions": int(counts[at]),
                "expected": round(float(usual[at]), 3),
            }
            for at in range(PLOTTED)
        ],
    }
