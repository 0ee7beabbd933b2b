"""What the bot would say, and whether a person must take over: for a chat and a command alike."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import Any, Literal, Protocol

from bot.answering import summary, words
from bot.answering.answer import MODEL_REFUSED, Answer, Answerer, Citation, Question
from bot.company import Company, in_language
from bot.courtesy import Courtesy, courtesy
from handoff import signals
from handoff.policy import Escalation, Observation, decide, should_offer
from handoff.rules import Rule
from handoff.rules import match as match_rule
from handoff.settings import HandoffSettings
from handoff.signals import Turn as SaidTurn
from retrieval.analysis import detect
from retrieval.errors import NoIndex
from retrieval.incidents.board import Board
from retrieval.incidents.incident import Incident
from retrieval.search import Evidence, Found

Decision = Literal["answer", "clarify", "unsure", "incident", "courtesy", "handoff"]
NEAR = 0.5
"""Confidence from which a passage is worth naming in the agent's summary."""
SHOWN_PASSAGES = 3
"""Passages the agent is shown of what the bot tried."""


class Searcher(Protocol):
    """What the bot asks for evidence: the index, or a double of it."""

    def search(
        self,
        text: str,
        *,
        hint: str | None,
        previous: str | None,
        context: tuple[str, ...],
        answered: str = "",
    ) -> Evidence:
        """The evidence for a question; raises NoIndex."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was said before it in this episode."""

    text: str
    turns: tuple[SaidTurn, ...] = ()
    """The customer's turns of this episode, this one last."""
    hint: str | None = None
    previous: str | None = None
    context: tuple[str, ...] = ()
    answered: str = ""
    """Title and heading of the passage that the bot quoted last."""
    failed_in_a_row: int = 0
    clarified: bool = False
    offered: bool = False
    """The bot's last words offered a person: a plain yes accepts it."""
    tried: tuple[dict[str, Any], ...] = ()
    wants_person: bool = False
    """The customer pressed the button."""
    broken: bool = False
    """Earlier attempts at this turn died."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say; with an `escalation` the words of the acknowledgement are chosen at the end."""

    decision: Decision
    language: str
    text: str = ""
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0
    options: tuple[dict[str, str], ...] = ()
    incident: str | None = None
    offer_person: bool = False
    missing_language: bool = False
    degraded: str | None = None
    escalation: Escalation | None = None
    staff: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Responder:
    """Turns a question into a reply. It stores nothing and changes nothing."""

    index: Searcher
    board: Board
    answerer: Answerer
    company: Company
    rules: Callable[[], Sequence[Rule]]
    settings: HandoffSettings
    limits: Callable[[str], HandoffSettings]
    """The settings with the thresholds in force for what was found in one language."""
    now: Callable[[], datetime]

    async def respond(self, asked: Asked, draft: Callable[[str], None] = lambda _: None) -> Reply:
        """The reply to a question; raises nothing that a customer should not see as `failed`."""
        started = perf_counter()
        look = await asyncio.to_thread(self._look, asked)
        evidence, language, incident = look.evidence, look.language, look.incident
        escalation = decide(look.seen, look.limits)
        small = courtesy(asked.text)
        if escalation is None and small is not None:
            reply = self._courtesy(small, asked)
        elif escalation is not None:
            reply = Reply("handoff", language, incident=_id(incident), escalation=escalation)
        else:
            reply = await self._answer(asked, look, draft)
            offer = reply.offer_person or should_offer(look.seen, look.limits)
            reply = replace(reply, offer_person=offer)
        ms = (perf_counter() - started) * 1000
        confidence = evidence.confidence if evidence is not None else 0.0
        return replace(reply, confidence=confidence, staff=_staff(asked, evidence, reply, ms))

    def incident_title(self, incident_id: str | None, language: str) -> str | None:
        """The title of an active incident in this language, or None."""
        titles = (one.title for one in self.board.active() if one.id == incident_id)
        title = next(titles, None)
        return None if title is None else in_language(title, language)

    def _look(self, asked: Asked) -> "_Look":
        """Everything that is measured; it computes, so it runs beside the sockets' loop."""
        evidence = self._search(asked)
        language = self._language(asked, evidence)
        limits = self._limits(evidence)
        incident = self._incident(asked, evidence, language, limits)
        seen = self._observe(asked, evidence, incident, limits)
        return _Look(evidence, language, incident, limits, seen)

    def _limits(self, evidence: Evidence | None) -> HandoffSettings:
        if evidence is None:
            return self.settings
        # A confidence was learned in the language of the articles, whatever the question's is.
        best = evidence.found[:1]
        return self.limits(best[0].passage.locale if best else evidence.language)

    def _search(self, asked: Asked) -> Evidence | None:
        try:
            return self.index.search(
                asked.text,
                hint=asked.hint,
                previous=asked.previous,
                context=asked.context,
                answered=asked.answered,
            )
        except NoIndex:
            return None

    def _language(self, asked: Asked, evidence: Evidence | None) -> str:
        if evidence is not None and evidence.language in self.company.languages:
            return evidence.language
        return asked.previous or asked.hint or self.company.languages[0]

    def _incident(
        self, asked: Asked, evidence: Evidence | None, language: str, limits: HandoffSettings
    ) -> Incident | None:
        # Half the confidence of an answer is enough: which part of the product is meant is clear
        # before it is clear which article answers.
        near = evidence is not None and evidence.confidence >= limits.min_confidence / 2
        best = evidence.found[:1] if evidence is not None and near else ()
        components = best[0].passage.components if best else ()
        return self.board.touching(asked.text, language, components)

    def _observe(
        self,
        asked: Asked,
        evidence: Evidence | None,
        incident: Incident | None,
        limits: HandoffSettings,
    ) -> Observation:
        asks = signals.asks_for_person(asked.text)
        anger = signals.frustration(asked.turns)
        urgent = signals.urgency(asked.text)
        own = signals.about_own_account(asked.text)
        sure = _sure(evidence, limits)
        failed = asked.failed_in_a_row if sure or incident else asked.failed_in_a_row + 1
        components = evidence.found[0].passage.components if evidence and sure else ()
        small = courtesy(asked.text)
        accepted = asked.offered and small == "yes"
        wants = asked.wants_person or accepted or asks.strength >= self.settings.asking_limit
        return Observation(
            asked_for_person=wants,
            asked_evidence=("button",) if asked.wants_person else asks.evidence,
            frustration=anger.strength,
            frustration_evidence=anger.evidence,
            urgency=urgent.strength,
            urgency_evidence=urgent.evidence,
            rule=match_rule(self.rules(), asked.text, components),
            failed_in_a_row=0 if small is not None else failed,  # thanks is no failed question
            confidence=evidence.confidence if evidence is not None else None,
            clarified=asked.clarified and small is None,
            incident=incident is not None,
            own_account=own.strength >= 0.5,
            broken=asked.broken,
        )

    def _courtesy(self, small: Courtesy, asked: Asked) -> Reply:
        """A few polite words; after a greeting, what others often ask."""
        language = asked.previous or detect(asked.text, asked.hint, asked.previous)
        suggestions = self.company.suggestions.get(language, []) if small == "greeting" else []
        options = tuple({"label": one, "text": one} for one in suggestions)
        return Reply("courtesy", language, words.courtesy(small, language), options=options)

    async def _answer(self, asked: Asked, look: "_Look", draft: Callable[[str], None]) -> Reply:
        evidence, language = look.evidence, look.language
        if look.incident is not None:
            return self._incident_reply(look, look.incident)
        if evidence is not None and _sure(evidence, look.limits):
            question = Question(asked.text, language, asked.context)
            answer = await self.answerer.answer(question, evidence, draft)
            return self._reply("answer", answer, evidence, language)
        options = () if asked.clarified else _options(evidence, look.limits)
        if options:
            other = _only_in(evidence)
            said = words.clarify(language, other)
            return Reply(
                "clarify", language, said, options=options, missing_language=other is not None
            )
        return Reply("unsure", language, words.unsure(language), offer_person=True)

    def _reply(
        self, decision: Decision, answer: Answer, evidence: Evidence, language: str
    ) -> Reply:
        text = answer.text
        other = _only_in(evidence)
        if other is not None:
            said = words.missing_language(language, other, retold=answer.retold)
            text = f"{said}\n\n{text}"
        return Reply(
            decision,
            language,
            text,
            answer.citations,
            offer_person=answer.degraded == MODEL_REFUSED,
            missing_language=other is not None,
            degraded=answer.degraded,
        )

    def _incident_reply(self, look: "_Look", incident: Incident) -> Reply:
        """The incident first; then the article, if one surely answers."""
        evidence, language = look.evidence, look.language
        text = words.incident_answer(
            incident,
            language,
            self.now(),
            names=self.company.component_names(),
            zone=self.company.zone,
        )
        citations = [incident_citation(incident, language)]
        sure = _sure(evidence, look.limits)
        if evidence is not None and sure and not evidence.missing_language:
            quoted = Citation.of(evidence.found[0].passage)
            citations.append(quoted)
            more = words.article_too(language).format(title=f"[{quoted.title}]({quoted.url})")
            text = f"{text} [1]\n\n{more} [2]"
        else:
            text = f"{text} [1]"
        return Reply(
            "incident",
            language,
            text,
            tuple(citations),
            incident=incident.id,
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """What was measured of a question, and the thresholds that hold for it."""

    evidence: Evidence | None
    language: str
    incident: Incident | None
    limits: HandoffSettings
    seen: Observation


def _sure(evidence: Evidence | None, limits: HandoffSettings) -> bool:
    if evidence is None or not evidence.found:
        return False
    return evidence.confidence >= limits.min_confidence


def _only_in(evidence: Evidence | None) -> str | None:
    """The only language that has what was found, when it is not the question's; else None."""
    if evidence is None or not evidence.missing_language or not evidence.found:
        return None
    return evidence.found[0].passage.locale


def _options(evidence: Evidence | None, limits: HandoffSettings) -> tuple[dict[str, str], ...]:
    """Two or three articles to choose from, when they are close to what was asked."""
    if evidence is None or evidence.confidence < limits.clarify_confidence:
        return ()
    titles = [found.passage.title for found in evidence.alternatives[:3]]
    if len(titles) < 2:
        return ()
    return tuple({"label": title, "text": title} for title in titles)


def incident_citation(incident: Incident, language: str) -> Citation:
    """The incident as the source of what was said about it."""
    latest = incident.updates[-1] if incident.updates else None
    return Citation(
        passage=f"incident:{incident.id}",
        article=f"incident:{incident.id}",
        locale=language,
        title=in_language(incident.title, language) or incident.id,
        heading="",
        url=f"/help/{language}/status#{incident.id}",
        text=(in_language(latest.text, language) or "") if latest else "",
    )


def _id(incident: Incident | None) -> str | None:
    return None if incident is None else incident.id


def _staff(asked: Asked, evidence: Evidence | None, reply: Reply, ms: float) -> dict[str, Any]:
    """What the agent may see of how this came about."""
    found = evidence.found[:SHOWN_PASSAGES] if evidence is not None else ()
    tried = {
        "query": asked.text,
        "passages": [_tried(one) for one in found],
        "confidence": round(evidence.confidence, 3) if evidence is not None else None,
        "generation": evidence.generation if evidence is not None else None,
        "signals": {k: round(v, 4) for k, v in evidence.signals.items()} if evidence else {},
        "ms": round(ms, 1),
    }
    if reply.escalation is None:
        return tried
    said = [turn.text for turn in asked.turns] or [asked.text]
    attempts = [*asked.tried, tried]
    return {
        "evidence": list(reply.escalation.evidence),
        "summary": summary.summarise(said, _near(attempts), reply.language),
        "tried": attempts,
        "incident": reply.incident,
        "language": reply.language,
        "do_not_ask": [
            {"kind": fact.kind, "value": fact.value, "text": fact.text}
            for fact in signals.facts(said)
        ],
    }


def _near(attempts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The attempts that found something: what comes up for "you are useless" says nothing."""
    return [one for one in attempts if (one.get("confidence") or 0) >= NEAR]


def _tried(found: Found) -> dict[str, Any]:
    passage = found.passage
    return {
        "passage": passage.id,
        "article": passage.article_id,
        "title": passage.title,
        "heading": passage.heading,
        "url": passage.url,
        "text": passage.text,
        "score": round(found.score, 4),
    }
