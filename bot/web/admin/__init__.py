"""What only admins may do over REST."""

from fastapi import APIRouter

from bot.web.admin import (
    articles,
    ask,
    audit,
    confidence,
    figures,
    history,
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
)

router = APIRouter(prefix="/api/admin")
for _part in (
    articles, history, places, upload, imports, index, confidence, incidents, people, figures,
    rules, ask, sensor, incident_figures, incident_review,
    audit, unanswered, replies, teams,
):  # fmt: skip
    router.include_router(_part.router)
