"""Rules written by admins: words or components that always call a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from handoff import tables
from handoff.errors import BadRule
from handoff.escalation import Reason
from handoff.folding import fold, phrases

_CLOSED = ConfigDict(extra="forbid", frozen=True)


class When(BaseModel):
    """The condition of a rule; every part that is given must hold."""

    model_config = _CLOSED

    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    components: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> When:
        if any(not fold(phrase) for phrase in self.phrases()):
            raise ValueError("an empty phrase would match every message")
        if not self.phrases() and not self.components:
            raise ValueError("give at least one word or one component")
        return self

    def phrases(self) -> tuple[str, ...]:
        """All phrases, whatever their language: customers mix them."""
        return tuple(phrase for words in self.words.values() for phrase in words)


class Then(BaseModel):
    """What a rule does."""

    model_config = _CLOSED

    handoff: bool = True  # False: the rule is kept, but calls nobody
    urgent: bool = False
    reason: Reason = Reason.RULE


class Rule(BaseModel):
    """One rule, as in `data/rules.yaml` and on the wire."""

    model_config = _CLOSED

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")
    name: str = Field(min_length=1, max_length=200)
    when: When
    then: Then = Then()


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """The rule that holds, and the words or components that made it hold."""

    rule: str
    name: str
    urgent: bool
    reason: Reason
    evidence: tuple[str, ...]


def load(text: str) -> list[Rule]:
    """The rules of a YAML text; raises BadRule with the rule and field that are wrong."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadRule("file", "", f"not YAML: {error}") from error
    return check([] if raw is None else raw)


def check(raw: Any) -> list[Rule]:
    """Rules from plain data; raises BadRule with the rule and field that are wrong."""
    if not isinstance(raw, list):
        raise BadRule("file", "", "a list of rules is expected")
    rules = [_rule(item, number) for number, item in enumerate(raw, start=1)]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise BadRule(rule.id, "id", "another rule has the same id")
        seen.add(rule.id)
    return rules


def match(rules: Iterable[Rule], text: str, components: Sequence[str] = ()) -> RuleMatch | None:
    """The rule that holds for a message, or None.

    An urgent rule goes before one that is not, otherwise the first in order.
    """
    folded = fold(text)
    found = [hit for rule in rules if (hit := _match(rule, folded, components)) is not None]
    return next((hit for hit in found if hit.urgent), found[0] if found else None)


def listing(tx: Connection) -> list[Rule]:
    """All rules in their order."""
    rows = tx.execute(select(tables.rules.c.rule).order_by(tables.rules.c.position))
    return [Rule.model_validate(row.rule) for row in rows]


def replace(tx: Connection, rules: Sequence[Rule]) -> None:
    """Store these rules, in this order, instead of all there were."""
    check([rule.model_dump(mode="json") for rule in rules])
    tx.execute(delete(tables.rules))
    for position, rule in enumerate(rules):
        values = {"id": rule.id, "position": position, "rule": rule.model_dump(mode="json")}
        tx.execute(insert(tables.rules).values(**values))


def _rule(item: Any, number: int) -> Rule:
    name = str(item["id"]) if isinstance(item, dict) and item.get("id") else f"#{number}"
    try:
        return Rule.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadRule(name, field, first["msg"]) from error


def _match(rule: Rule, folded: str, components: Sequence[str]) -> RuleMatch | None:
    if not rule.then.handoff:
        return None
    evidence: list[str] = []
    pattern = phrases(rule.when.phrases())
    if pattern is not None:
        hit = pattern.search(folded)
        if hit is None:
            return None
        evidence.append(hit.group())
    if rule.when.components:
        hit_component = next((one for one in rule.when.components if one in components), None)
        if hit_component is None:
            return None
        evidence.append(f"component={hit_component}")
    return RuleMatch(
        rule.id, rule.name, rule.then.urgent, rule.then.reason, (f"rule={rule.name}", *evidence)
    )
