"""What only admins may do over REST."""

from fastapi import APIRouter

from bot.web.admin import (
    articles,
    ask,
    audit,
    comparing,
    confidence,
    figures,
    handover,
    history,
    hours,
    imports,
    incident_figures,
    incident_review,
    incidents,
    index,
    people,
    places,
    replies,
    rules,
    sensor,
    teams,
    unanswered,
    upload,
    versions,
)

router = APIRouter(prefix="/api/admin")
for _part in (
    articles, history, versions, places, upload, imports, index, comparing, confidence, incidents,
    people, figures, rules, handover, ask, sensor, incident_figures, incident_review,
    audit, unanswered, replies, teams, hours,
):  # fmt: skip
    router.include_router(_part.router)
