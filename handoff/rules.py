"""Rules written by admins: words and circumstances that always call a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationError,
    model_validator,
)
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from handoff import tables
from handoff.errors import BadRule
from handoff.escalation import Reason
from handoff.folding import fold, phrases

_CLOSED = ConfigDict(extra="forbid", frozen=True)

Severity = Literal["any", "minor", "major", "critical"]
_SEVERITIES: tuple[Severity, ...] = ("minor", "major", "critical")


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule may look at beside the words of a message; None: nobody knows."""

    components: Sequence[str] = ()
    """Of the article that answers."""
    language: str | None = None
    page: str | None = None
    """Address of the page the customer writes from."""
    is_open: bool | None = None
    incident: str | None = None
    """How bad the incident is that explains the question."""
    attributes: Mapping[str, Any] | None = None
    """What the customer's own site says of them: name → text, number, or yes and no."""


_NOWHERE = Around()


_Text = Annotated[str, Field(strict=True, min_length=1, max_length=200, pattern=r"\S")]
_Finite = Annotated[StrictFloat, Field(allow_inf_nan=False)]


class Attribute(BaseModel):
    """A condition on one thing that the customer's own site says of them."""

    model_config = _CLOSED

    name: str = Field(min_length=1, max_length=60)
    comparison: Literal["equals", "not", "at_least"] = "equals"
    """`not`: the site says something else of it, not nothing. `at_least`: of numbers alone."""
    value: _Text | StrictBool | StrictInt | _Finite

    @model_validator(mode="after")
    def _comparable(self) -> Attribute:
        if self.comparison == "at_least" and not _is_number(self.value):
            raise ValueError("at_least compares numbers: give one without quotes")
        return self

    def holds(self, attributes: Mapping[str, Any]) -> bool:
        """Whether it does of these; what is not said of the customer never holds.

        Capitals do not matter in texts, and a text of digits equals the number: a site may write
        either.
        """
        found = attributes.get(self.name)
        if found is None:
            return False
        if self.comparison == "at_least":
            return _is_number(found) and found >= self.value
        return _same(found, self.value) is (self.comparison == "equals")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return _shown(one).strip().casefold() == _shown(other).strip().casefold()
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


class When(BaseModel):
    """The condition of a rule; every part that is given must hold."""

    model_config = _CLOSED

    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    components: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """Of the customer; `zh` means both scripts."""
    pages: tuple[str, ...] = ()
    """Parts of a page's address, one of which it must hold; capitals do not matter."""
    hours: Literal["open", "closed"] | None = None
    """Only within, or only outside of the opening hours."""
    incident: Severity | None = None
    """Only while an incident at least this bad explains the question."""
    attributes: tuple[Attribute, ...] = Field((), max_length=10)
    """All must hold, and only of customers whom the site vouches for."""

    @model_validator(mode="after")
    def _not_empty(self) -> When:
        if any(not fold(phrase) for phrase in self.phrases()):
            raise ValueError("an empty phrase would match every message")
        if any(not part.strip() for part in self.pages):
            raise ValueError("an empty part of an address would match every page")
        if not (self.phrases() or self.circumstances()):
            raise ValueError(
                "give at least one of words, components, languages, pages, hours, incident, "
                "attributes"
            )
        return self

    def circumstances(self) -> bool:
        """Whether anything but the words is asked for."""
        asked = (self.components, self.languages, self.pages, self.hours, self.incident)
        return any(asked) or bool(self.attributes)

    def phrases(self) -> tuple[str, ...]:
        """All phrases, whatever their language: customers mix them."""
        return tuple(phrase for words in self.words.values() for phrase in words)


class Then(BaseModel):
    """What a rule does."""

    model_config = _CLOSED

    handoff: bool = True  # False: the rule is kept, but calls nobody
    urgent: bool = False
    reason: Reason = Reason.RULE
    team: str | None = Field(None, min_length=1, max_length=40)
    """The id of the team it is handed to, whose members see it first; None: anybody."""


class Rule(BaseModel):
    """One rule, as in `data/rules.yaml` and on the wire."""

    model_config = _CLOSED

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")
    name: str = Field(min_length=1, max_length=200)
    when: When
    then: Then = Then()


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """The rule that holds, and the words and circumstances that made it hold."""

    rule: str
    name: str
    urgent: bool
    reason: Reason
    evidence: tuple[str, ...]
    team: str | None = None


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


def match(rules: Iterable[Rule], text: str, around: Around = _NOWHERE) -> RuleMatch | None:
    """The rule that holds for a message, or None.

    An urgent rule goes before one that is not, otherwise the first in order. A circumstance that
    nobody knows does not hold.
    """
    found = [hit for rule in rules if (hit := _match(rule, text, around)) is not None]
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


def _match(rule: Rule, text: str, around: Around) -> RuleMatch | None:
    if not rule.then.handoff:
        return None
    evidence: list[str] = []
    for holds in (_words, _component, _language, _page, _hours, _incident, _attributes):
        told = holds(rule.when, text, around)
        if told is None:
            return None
        evidence += [told] if told else []
    then, why = rule.then, (f"rule={rule.name}", *evidence)
    return RuleMatch(rule.id, rule.name, then.urgent, then.reason, why, then.team)


# Each condition: None where it does not hold, "" where it is not asked for, else its evidence.


def _words(when: When, text: str, _: Around) -> str | None:
    pattern = phrases(when.phrases())
    if pattern is None:
        return ""
    hit = pattern.search(fold(text))
    return None if hit is None else hit.group()


def _component(when: When, _: str, around: Around) -> str | None:
    if not when.components:
        return ""
    hit = next((one for one in when.components if one in around.components), None)
    return None if hit is None else f"component={hit}"


def _language(when: When, _: str, around: Around) -> str | None:
    if not when.languages:
        return ""
    spoken = around.language or ""
    hit = next((one for one in when.languages if spoken == one or spoken.startswith(f"{one}-")), "")
    return f"language={spoken}" if hit else None


def _page(when: When, _: str, around: Around) -> str | None:
    if not when.pages:
        return ""
    address = (around.page or "").casefold()
    hit = next((one for one in when.pages if one.strip().casefold() in address), None)
    return None if hit is None else f"page={hit.strip()}"


def _hours(when: When, _: str, around: Around) -> str | None:
    if when.hours is None:
        return ""
    if around.is_open is not (when.hours == "open"):
        return None
    return f"hours_{when.hours}=1"


def _incident(when: When, _: str, around: Around) -> str | None:
    if when.incident is None:
        return ""
    if around.incident is None:
        return None
    return f"incident={around.incident}" if _as_bad(around.incident, when.incident) else None


def _attributes(when: When, _: str, around: Around) -> str | None:
    if not when.attributes:
        return ""
    said = around.attributes or {}
    if not all(one.holds(said) for one in when.attributes):
        return None
    listed = ", ".join(f"{one.name}: {_shown(said[one.name])}" for one in when.attributes)
    return f"attribute={listed}"


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_bad(found: str, least: Severity) -> bool:
    """Whether an incident is bad enough; one whose severity is none of ours counts as minor."""
    if least == "any":
        return True
    known: tuple[str, ...] = _SEVERITIES
    return (known.index(found) if found in known else 0) >= known.index(least)
