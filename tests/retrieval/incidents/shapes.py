"""What each kind of status page sends about one outage, in the shapes that vendors document.

The page speaks of an outage of card payments. `story` gives the pages of one moment: ongoing with
one note, later with two, then over.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Pages = dict[str, bytes]
"""Path → content."""

STARTED = "2026-11-22T11:40:00.000Z"
NOTED = "2026-11-22T11:55:00.000Z"
OVER = "2026-11-22T13:10:00.000Z"
TITLE = "Card payments <b>fail</b>"
FIRST = "We are <strong>looking</strong> into failing card payments.\r\n<script>alert(1)</script>"
SECOND = "The cause is found: a bank&#39;s gateway. Error rate &lt;5%."
LAST = "Payments work again."
AGAIN = "Card payments fail once more."


@dataclass(frozen=True)
class Shape:
    """How one vendor tells the story."""

    kind: str
    quiet: Callable[[], Pages]
    broken: Callable[[], Pages]
    noted: Callable[[], Pages]
    over: Callable[[], Pages]
    reopened: Callable[[], Pages]
    says_over: bool
    """Whether the page tells that an incident has ended, or only shows it no more."""
    has_texts: bool = True
    names_components: bool = True


def _dump(page: Any) -> bytes:
    return json.dumps(page).encode()


# Statuspage: times carry the page's offset, notes come newest first.


def _sp_component(status: str) -> dict[str, Any]:
    return {
        "id": "kx2pay", "name": "Card payments", "status": status, "position": 1, "group": False,
        "description": None, "showcase": True, "group_id": None, "page_id": "p1",
        "created_at": "2020-01-01T03:00:00.000-08:00", "only_show_if_degraded": False,
        "updated_at": "2020-01-01T03:00:00.000-08:00", "start_date": None,
    }  # fmt: skip


def _sp_update(number: int, status: str, text: str, at: str) -> dict[str, Any]:
    return {
        "id": f"upd{number}", "status": status, "body": text, "incident_id": "inc1",
        "created_at": at, "updated_at": at, "display_at": at, "deliver_notifications": True,
        "custom_tweet": None, "tweet_id": None,
        "affected_components": None if number > 1 else [
            {"code": "kx2pay", "name": "Card payments", "old_status": "operational",
             "new_status": "partial_outage"},
        ],
    }  # fmt: skip


def _sp_incident(status: str, *updates: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "inc1", "name": TITLE, "status": status, "impact": "major", "page_id": "p1",
        "shortlink": "https://stspg.example/inc1", "created_at": "2026-11-22T03:40:00.000-08:00",
        "started_at": "2026-11-22T03:40:00.000-08:00", "monitoring_at": None,
        "updated_at": updates[0]["updated_at"], "resolved_at": None,
        "incident_updates": list(updates),
        "components": [_sp_component("partial_outage")],
    }  # fmt: skip


def _sp_pages(colour: str, indicator: str, *incidents: dict[str, Any]) -> Pages:
    page = {
        "page": {"id": "p1", "name": "Acme", "url": "https://status.acme.example",
                 "time_zone": "America/Tijuana", "updated_at": "2026-11-22T03:40:00.000-08:00"},
        "status": {"indicator": indicator, "description": "…"},
        "components": [_sp_component(colour)],
        "incidents": [one for one in incidents if one["status"] != "resolved"],
        "scheduled_maintenances": [],
    }  # fmt: skip
    history = {"page": page["page"], "incidents": list(incidents)}
    return {"/api/v2/summary.json": _dump(page), "/api/v2/incidents.json": _dump(history)}


_SP1 = _sp_update(1, "investigating", FIRST, "2026-11-22T03:40:00.000-08:00")
_SP2 = _sp_update(2, "identified", SECOND, "2026-11-22T03:55:00.000-08:00")
_SP3 = _sp_update(3, "resolved", LAST, "2026-11-22T05:10:00.000-08:00")
_SP4 = _sp_update(4, "investigating", AGAIN, "2026-11-22T05:40:00.000-08:00")

STATUSPAGE = Shape(
    "statuspage",
    lambda: _sp_pages("operational", "none"),
    lambda: _sp_pages("partial_outage", "major", _sp_incident("investigating", _SP1)),
    lambda: _sp_pages("partial_outage", "major", _sp_incident("identified", _SP2, _SP1)),
    lambda: _sp_pages("operational", "none", _sp_incident("resolved", _SP3, _SP2, _SP1)),
    lambda: _sp_pages("partial_outage", "major", _sp_incident("investigating", _SP4, _SP3, _SP2)),
    says_over=True,
)


# Cachet: zone-less times (here of UTC+8), numbers as statuses, JSON:API with `included`.


def _c_time(text: str) -> dict[str, str]:
    return {"human": "vor 5 Minuten", "string": text}


def _c_component(status: int) -> dict[str, Any]:
    return {
        "id": "7", "type": "components",
        "attributes": {
            "id": 7, "name": "Card payments", "description": None, "link": None, "order": 1,
            "status": {"human": "…", "value": status}, "enabled": True,
            "created": _c_time("2020-01-01 00:00:00"), "updated": _c_time("2020-01-01 00:00:00"),
        },
    }  # fmt: skip


def _c_update(number: int, status: int, text: str, at: str) -> dict[str, Any]:
    return {
        "id": str(number), "type": "updates",
        "attributes": {
            "id": number, "updateable_id": 2, "updateable_type": "incident", "message": text,
            "status": {"human": "…", "value": status}, "created": _c_time(at),
            "updated": _c_time(at),
        },
    }  # fmt: skip


def _c_pages(colour: int, overall: str, status: int | None, *updates: dict[str, Any]) -> Pages:
    incident = {
        "id": "2", "type": "incidents",
        "attributes": {
            "id": 2, "guid": "0d1c", "name": TITLE, "visible": 1, "stickied": False,
            "message": "We are **looking** into failing card payments.\n<script>alert(1)</script>",
            "notifications": False, "status": {"human": "…", "value": status},
            "occurred": _c_time("2026-11-22 19:40:00"), "published": _c_time("2026-11-22 19:40:00"),
            "created": _c_time("2026-11-22 19:41:00"),
            "updated": updates[-1]["attributes"]["updated"] if updates
            else _c_time("2026-11-22 19:41:00"),
        },
        "relationships": {
            "components": {"data": [{"id": "7", "type": "components"}]},
            "updates": {"data": [{"id": one["id"], "type": "updates"} for one in updates]},
        },
    }  # fmt: skip
    links = {"first": "…", "prev": None, "next": None}
    listed = [] if status is None else [incident]
    included = [] if status is None else [_c_component(colour), *updates]
    page = {"data": listed, "included": included, "links": links, "meta": {"per_page": 100}}
    whole = {"data": {"status": overall, "message": "…"}}
    return {
        "/api/incidents": _dump(page),
        "/api/components": _dump({"data": [_c_component(colour)]}),
        "/api/status": _dump(whole),
    }


_C2 = _c_update(
    11, 2, "The cause is found: a bank's gateway. Error rate <5%.", "2026-11-22 19:55:00"
)
_C3 = _c_update(12, 4, LAST, "2026-11-22 21:10:00")
_C4 = _c_update(13, 1, AGAIN, "2026-11-22 21:40:00")

CACHET = Shape(
    "cachet",
    lambda: _c_pages(1, "operational", None),
    lambda: _c_pages(3, "partial_outage", 1),
    lambda: _c_pages(3, "partial_outage", 2, _C2),
    lambda: _c_pages(1, "operational", 4, _C2, _C3),
    lambda: _c_pages(3, "partial_outage", 1, _C2, _C3, _C4),
    says_over=True,
)


# Instatus: JavaScript's times, capitals, no texts, an id only in the address.


def _i_pages(page_status: str, status: str | None) -> Pages:
    page: dict[str, Any] = {
        "page": {"name": "Acme", "url": "https://acme.example", "status": page_status},
        "activeMaintenances": [
            {"name": "Cleaning", "start": "Sun Nov 22 2026 20:00:00 GMT+0000 (UTC)",
             "status": "NOTSTARTEDYET", "duration": "60", "url": "https://acme.example/m/1"},
        ],
    }  # fmt: skip
    if status is not None:
        page["activeIncidents"] = [
            {"name": TITLE, "status": status, "impact": "PARTIALOUTAGE",
             "started": "Sun Nov 22 2026 19:40:00 GMT+0800 (Malaysia Time)",
             "url": "https://acme.example/incident/cl4a8xyz"},
        ]  # fmt: skip
    return {"/summary.json": _dump(page)}


INSTATUS = Shape(
    "instatus",
    lambda: _i_pages("UP", None),
    lambda: _i_pages("HASISSUES", "INVESTIGATING"),
    lambda: _i_pages("HASISSUES", "IDENTIFIED"),
    lambda: _i_pages("UP", None),
    lambda: _i_pages("HASISSUES", "INVESTIGATING"),
    says_over=False,
    has_texts=False,
    names_components=False,
)


# incident.io: of each incident the last note only.


def _o_pages(status: str | None, text: str = "", at: str = STARTED) -> Pages:
    incident = {
        "id": "01INC", "name": TITLE, "status": status, "url": "https://acme.example/incidents/01",
        "current_worst_impact": "partial_outage", "last_update_at": at, "last_update_message": text,
        "affected_components": [
            {"id": "01PAY", "name": "Card payments", "group_name": "Buying",
             "current_status": "partial_outage"},
        ],
    }  # fmt: skip
    page = {
        "page_title": "Acme", "page_url": "https://acme.example",
        "ongoing_incidents": [] if status is None else [incident],
        "in_progress_maintenances": [], "scheduled_maintenances": [],
    }  # fmt: skip
    return {"/api/v1/summary": _dump(page)}


INCIDENTIO = Shape(
    "incidentio",
    lambda: _o_pages(None),
    lambda: _o_pages("investigating", FIRST),
    lambda: _o_pages("identified", SECOND, "2026-11-22T19:55:00+08:00"),
    lambda: _o_pages(None),
    lambda: _o_pages("investigating", AGAIN, "2026-11-22T21:40:00+08:00"),
    says_over=False,
)

SHAPES = (STATUSPAGE, CACHET, INSTATUS, INCIDENTIO)
