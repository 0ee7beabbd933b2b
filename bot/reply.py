"""What the bot would say, and whether a person must take over: for a chat and a command alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import Any, Literal, Protocol

import structlog

from bot.answering import summary, words
from bot.answering.answer import HELD_BACK, MODEL_REFUSED, Answer, Answerer, Citation, Question
from bot.answering.answerers import extractive
from bot.answering.guarding import Guard
from bot.answering.prepared import PreparedAnswers
from bot.company import Company, in_language
from bot.courtesy import Courtesy, courtesy
from bot.look import Look
from bot.measured import KEY
from bot.observability.stages import staged
from bot.observing import Asked, Known, Meaning, measure, sure
from bot.threads import computed
from handoff import signals
from handoff.availability import Availability
from handoff.learned.trouble import trouble
from handoff.policy import Escalation, decide, should_offer
from handoff.rules import Rule
from handoff.settings import HandoffSettings
from retrieval.analysis import detect
from retrieval.errors import NoIndex
from retrieval.incidents.board import Board
from retrieval.incidents.incident import Incident
from retrieval.incidents.matching import asks_status
from retrieval.incidents.sensor_about import about
from retrieval.passages import Passage
from retrieval.search import Evidence, Found

logger = structlog.get_logger()

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

    def passage(self, passage_id: str) -> Passage:
        """A passage by its id; raises UnknownArticle when it may not be shown any more."""


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
    person: Availability | None = None
    """Beside an offer: whether a person is there now, after a wait, or only later."""
    missing_language: bool = False
    degraded: str | None = None
    escalation: Escalation | None = None
    held_back: tuple[str, ...] = ()
    """What was wrong with the text that this one replaces, as `guard.Kind`."""
    about: tuple[str, ...] = ()
    """Components that the question seems to be about; counted, never shown."""
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
    meaning: Meaning | None = None
    """Embeds a message by `learned.model.VECTORS_OF`; None where the index has another model."""

    available: Callable[[], Availability | None] = lambda: None
    """Whether a person could take over now; asked only when one is offered."""
    unread: Callable[[], datetime | None] = lambda: None
    """Since when a status page could not be read; None while nothing speaks against calm."""
    guard: Guard = field(init=False)
    prepared: PreparedAnswers = field(init=False)

    def __post_init__(self) -> None:
        """Guard every text against the incidents of the board, and prepare what is said of them."""
        names, zone = self.company.component_names(), self.company.zone
        self.guard = Guard(self.board.active, zone, names)
        self.prepared = PreparedAnswers(names, zone, self._article, self._passage)

    async def respond(self, asked: Asked, draft: Callable[[str], None] = lambda _: None) -> Reply:
        """The reply to a question; raises nothing that a customer should not see as `failed`."""
        started = perf_counter()
        look = await computed(self._look, asked)
        evidence, language, incident = look.evidence, look.language, look.incident
        seen = look.seen
        escalation = decide(seen, look.limits)
        small = courtesy(asked.text)
        if escalation is None and small is not None:
            reply = self._courtesy(small, asked)
        elif escalation is not None:
            reply = Reply("handoff", language, incident=_id(incident), escalation=escalation)
        else:
            shown = self.guard.draft(draft, _texts(evidence))
            reply = await self._answer(asked, look, shown)
            if self.board.active():
                reply = await computed(self._honest, reply, look, nearly=True)
            if reply.offer_person or should_offer(seen, look.limits):
                reply = self._offering(reply, await computed(self.available, nearly=True))
        staff = for_staff(asked, evidence, reply, (perf_counter() - started) * 1000)
        named = await computed(self._about, asked, look, nearly=True)
        confidence = evidence.confidence if evidence is not None else 0.0
        staff[KEY] = look.measured.kept()
        return replace(reply, confidence=confidence, about=named, staff=staff)

    def _offering(self, reply: Reply, person: Availability | None) -> Reply:
        """The reply with the offer of a person, as far as there is one."""
        unsure = words.unsure(reply.language, person, self.now(), self.company.zone)
        return replace(reply, text=reply.text or unsure, offer_person=True, person=person)

    def incident_title(self, incident_id: str | None, language: str) -> str | None:
        """The title of an active incident in this language, or None."""
        titles = (one.title for one in self.board.active() if one.id == incident_id)
        title = next(titles, None)
        return None if title is None else in_language(title, language)

    def _look(self, asked: Asked) -> Look:
        """Everything that is measured; it computes, so it runs beside the sockets' loop."""
        language = detect(asked.text, asked.hint, asked.previous, self.company.languages)
        told = trouble(asked.text) if self.board.active() else None
        touched = tuple(self.board.about(asked.text, language, told))
        evidence = None  # its answer is prepared: a thousand may ask the same in a minute
        if not touched:
            evidence = self._search(asked)
            language = self._language(asked, evidence)
        limits = self._limits(evidence, language)
        incident = touched[0].incident if touched else None
        hours, now = self.company.hours, self.now()
        is_open = hours.is_open(now) if hours is not None else None
        known = Known(evidence, incident, limits, self._vectors(evidence), language, is_open)
        measured = measure(asked, known, self.rules())
        return Look(evidence, language, touched, limits, measured)

    def _about(self, asked: Asked, look: Look) -> tuple[str, ...]:
        """The components the question seems to be about, by what was found or by its words."""
        evidence = look.evidence
        near = evidence is not None and evidence.confidence >= look.limits.min_confidence / 2
        best = evidence.found[:1] if evidence is not None and near else ()
        of_passage = best[0].passage.components if best else ()
        return about(asked.text, self.company.components, of_passage)

    def _vectors(self, evidence: Evidence | None) -> Meaning | None:
        """What embeds a message for the models; they know the vectors of English alone."""
        english = evidence is not None and evidence.language == "en"
        return self.meaning if english else None

    def _limits(self, evidence: Evidence | None, language: str) -> HandoffSettings:
        # A confidence was learned in the language of the articles, whatever the question's is.
        best = evidence.found[:1] if evidence is not None else ()
        return self.limits(best[0].passage.locale if best else language)

    @staged("search")
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

    def _courtesy(self, small: Courtesy, asked: Asked) -> Reply:
        """A few polite words; after a greeting, what others often ask."""
        language = asked.previous or detect(asked.text, asked.hint, asked.previous)
        suggestions = self.company.suggestions.get(language, []) if small == "greeting" else []
        options = tuple({"label": one, "text": one} for one in suggestions)
        return Reply("courtesy", language, words.courtesy(small, language), options=options)

    @staged("answer")
    async def _answer(self, asked: Asked, look: Look, draft: Callable[[str], None]) -> Reply:
        evidence, language = look.evidence, look.language
        if look.incident is not None:
            return await computed(self._incident_reply, look, nearly=True)
        since = await computed(self._unread_since, asked, nearly=True)
        if since is not None:
            said = words.unconfirmed(language, since, self.now(), self.company.zone)
            return Reply("unsure", language, said, offer_person=True)
        if evidence is not None and sure(evidence, look.limits):
            if await self._is_hit(asked, look):
                answer = await computed(extractive.quote, evidence, language, nearly=True)
            else:
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
        return Reply("unsure", language, offer_person=True)

    def _unread_since(self, asked: Asked) -> datetime | None:
        return self.unread() if asks_status(asked.text) else None

    async def _is_hit(self, asked: Asked, look: Look) -> bool:
        """Whether it is about a part of the product that an incident hits now.

        There a model's words are not asked for: "it works again" can be said in more ways than
        any guard knows, and an article says only what holds on every day.
        """
        hit = {part for one in self.board.active() for part in one.components}
        if not hit:
            return False
        return not hit.isdisjoint(await computed(self._about, asked, look, nearly=True))

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

    def _honest(self, reply: Reply, look: Look) -> Reply:
        """The reply, or prepared words where its text may not be sent while incidents last."""
        if reply.decision == "incident":
            return reply  # made of words that were checked when they were put together
        free = reply.decision == "answer"
        found = self.guard.breaches(reply.text, _texts(look.evidence), free=free)
        if not found:
            return reply
        kinds = tuple(sorted({one.kind for one in found}))
        logger.warning("text_held_back", kinds=kinds, decision=reply.decision)
        return replace(self._instead(look), degraded=HELD_BACK, held_back=kinds)

    def _instead(self, look: Look) -> Reply:
        """The incident, else what the articles say word for word, else that we do not know."""
        evidence, language = look.evidence, look.language
        if look.incident is not None:
            return self._incident_reply(look)
        if evidence is not None and sure(evidence, look.limits):
            quoted = extractive.quote(evidence, language)
            if not self.guard.breaches(quoted.text, _texts(evidence)):
                return self._reply("answer", quoted, evidence, language)
        return Reply("unsure", language, offer_person=True)

    def _incident_reply(self, look: Look) -> Reply:
        """The incident first; then the article that helps, if there is one."""
        shown = [one.incident for one in look.touched]
        made = self.prepared.answer(shown, look.language, self.now())
        return Reply("incident", look.language, made.text, made.citations, incident=shown[0].id)

    def _passage(self, passage_id: str) -> Passage:
        return self.index.passage(passage_id)

    def _article(self, title: str, language: str) -> Passage | None:
        """The passage that surely answers what an incident is called, in the same language."""
        evidence = self._search(Asked(title, hint=language))
        if evidence is None or evidence.missing_language:
            return None
        limits = self._limits(evidence, language)
        return evidence.found[0].passage if sure(evidence, limits) else None


def _texts(evidence: Evidence | None) -> list[str]:
    """The passages that an answer may rest on."""
    return [] if evidence is None else [found.passage.text for found in evidence.found]


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


def _id(incident: Incident | None) -> str | None:
    return None if incident is None else incident.id


def for_staff(asked: Asked, evidence: Evidence | None, reply: Reply, ms: float) -> dict[str, Any]:
    """What the agent may see of how this came about."""
    found = evidence.found[:SHOWN_PASSAGES] if evidence is not None else ()
    tried: dict[str, Any] = {
        "query": asked.text,
        "passages": [_tried(one) for one in found],
        "confidence": round(evidence.confidence, 3) if evidence is not None else None,
        "generation": evidence.generation if evidence is not None else None,
        "signals": {k: round(v, 4) for k, v in evidence.signals.items()} if evidence else {},
        "ms": round(ms, 1),
    }
    if reply.held_back:
        tried["held_back"] = list(reply.held_back)
    if reply.escalation is None:
        return tried
    said = [turn.text for turn in asked.turns] or [asked.text]
    attempts = [*asked.tried, tried] if asked.text else [*asked.tried]
    return {
        "evidence": list(reply.escalation.evidence),
        "summary": summary.summarise(
            said, _near(attempts), reply.language, attachments=asked.attachments
        ),
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
