"""Answers about incidents, made once per picture: the hundredth customer costs almost nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from bot.answering import words
from bot.answering.answer import Citation
from retrieval.errors import UnknownArticle
from retrieval.incidents.incident import Incident
from retrieval.passages import Passage

_KEPT = 200
"""Answers that are remembered; a picture has one per language and set of incidents."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is said about incidents, with what it rests on; the first incident is followed."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    incidents: tuple[Incident, ...]
    turns: tuple[object, ...]
    text: str
    cited: Citation
    article: str | None
    """Id of the passage that may help as well."""


class PreparedAnswers:
    """Remembers answers as long as neither the incidents nor what the clock says of them change."""

    def __init__(
        self,
        names: Mapping[str, Mapping[str, str]],
        zone: tzinfo,
        find: Callable[[str, str], Passage | None],
        passage: Callable[[str], Passage],
    ) -> None:
        """`find` looks for an article by a title and a language, `passage` raises UnknownArticle
        for one that must not be shown any more."""
        self._names = names
        self._zone = zone
        self._find = find
        self._passage = passage
        self._made: dict[tuple[str, tuple[str, ...]], _Made] = {}

    def answer(self, incidents: Sequence[Incident], language: str, now: datetime) -> Prepared:
        """Return what to say to a question about these incidents, the most fitting first."""
        shown = tuple(incidents)
        key = (language, tuple(one.id for one in shown))
        turns = (self._day(now), *(_turned(one, now) for one in shown))
        made = self._made.get(key)
        if made is None or made.incidents != shown or made.turns != turns:
            made = self._make(shown, language, now, turns)
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[key] = made
        return self._told(made, language)

    def _day(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    def _make(
        self, shown: tuple[Incident, ...], language: str, now: datetime, turns: tuple[object, ...]
    ) -> _Made:
        first, *others = shown
        text = words.incident_answer(first, language, now, names=self._names, zone=self._zone)
        article = self._find(words.choose(first.title, language), language)
        text = f"{text} [1]"
        if others:
            text = f"{text}\n\n{words.other_incidents(others, language)}"
        cited = citation(
            first, language, self._zone
        )  # judging its text takes longer than all the rest
        return _Made(shown, turns, text, cited, None if article is None else article.id)

    def _told(self, made: _Made, language: str) -> Prepared:
        passage = self._shown(made.article)
        if passage is None:
            return Prepared(made.text, (made.cited,))
        quoted = Citation.of(passage)
        more = words.article_too(language).format(title=f"[{quoted.title}]({quoted.url})")
        return Prepared(f"{made.text}\n\n{more} [2]", (made.cited, quoted))

    def _shown(self, passage_id: str | None) -> Passage | None:
        """The passage, unless its article was pulled or changed since the answer was made."""
        if passage_id is None:
            return None
        try:
            return self._passage(passage_id)
        except UnknownArticle:
            return None


def citation(incident: Incident, language: str, zone: tzinfo = UTC) -> Citation:
    """The incident as the source of what was said about it."""
    latest = incident.updates[-1] if incident.updates else None
    text = words.choose(latest.text, language) if latest else ""
    return Citation(
        passage=f"incident:{incident.id}",
        article=f"incident:{incident.id}",
        locale=language,
        title=words.choose(incident.title, language) or incident.id,
        heading="",
        url=f"/help/{language}/status#{incident.id}",
        text=words.honest(text, incident, zone),
    )


def _turned(incident: Incident, now: datetime) -> tuple[bool, ...]:
    """Which of the announced times are over: then the same incident is told in other words."""
    announced = (incident.next_update_at, incident.expected_at)
    return tuple(at is not None and at < now for at in announced)
