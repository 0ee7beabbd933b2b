"""Handoff rules: words and components that always call a person."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

from bot.web.auth import Admin, parts_of
from handoff import rules
from handoff.rules import Rule

router = APIRouter(prefix="/rules")

MAX_RULES = 500


@router.get("")
async def listing(request: Request, _: Admin) -> list[Rule]:
    """All rules in their order."""
    return await parts_of(request).database.read(rules.listing)


@router.put("")
async def replace(
    request: Request,
    _: Admin,
    given: Annotated[list[dict[str, Any]], Body(max_length=MAX_RULES)],
) -> list[Rule]:
    """Put these rules, in this order, in place of all others; BadRule names rule and field."""
    checked = rules.check(given)
    database = parts_of(request).database
    await database.write(lambda tx: rules.replace(tx, checked))
    return await database.read(rules.listing)
