"""What only admins may do over REST."""

from fastapi import APIRouter

from bot.web.admin import articles, ask, figures, incidents, index, people, rules, upload

router = APIRouter(prefix="/api/admin")
for _part in (articles, upload, index, incidents, people, figures, rules, ask):
    router.include_router(_part.router)
