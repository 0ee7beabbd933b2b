"""A review in words: facts become headings, tables and places for people, in one language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from bot.answering.words import choose
from bot.company import Company
from bot.incident_figures import UNCLEAR, Hour, Outcome, Spread
from bot.incident_review.blocks import (
    Blank,
    Block,
    Cell,
    Heading,
    Items,
    Link,
    Paragraph,
    Plot,
    Table,
)
from bot.incident_review.facts import Moment, Review

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is written; `base` is the server's public address, or empty."""

    locale: str
    company: Company
    base: str = ""

    @property
    def words(self) -> Words:
        """Of the reader's language; of English for one that is not spoken here."""
        return words_in(self.locale)

    @property
    def zone(self) -> tzinfo:
        """The company's: every time in the draft is told in it."""
        return self.company.zone

    def when(self, at: datetime) -> str:
        """Date and time."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def talk(self, conversation: str) -> Link:
        """The conversation in the console."""
        shown = f"{self.words['conversation']} {conversation[:6]}"
        return Link(shown, f"{self.base.rstrip('/')}/console#{quote(conversation, safe='')}")

    def component(self, name: str) -> str:
        """A component's name in the reader's language."""
        if name == UNCLEAR:
            return str(self.words["unclear"])
        return choose(self.company.component_names().get(name, {}), self.locale) or name

    def joined(self, parts: list[str]) -> str:
        """A list in one line; a dash when it is empty."""
        return str(self.words["join"]).join(parts) or str(self.words["nothing"])


def title(review: Review, reader: Reader) -> str:
    """What the draft is called."""
    named = choose(review.incident.title, reader.locale) or review.incident.id
    return str(reader.words["title"]).format_map({"title": named})


def blocks(review: Review, reader: Reader) -> Iterator[Block]:
    """The draft from its title to the places that are left to people."""
    words, as_of = reader.words, review.figures.as_of
    names = words["sections"]
    zone = as_of.astimezone(reader.zone)
    yield Heading(1, title(review, reader))
    yield Paragraph(words["draft"].format(as_of=reader.when(as_of)))
    yield Paragraph(words["times"].format(zone=f"UTC{zone:%z}" if reader.zone != UTC else "UTC"))
    if review.figures.ongoing:
        yield Paragraph(words["ongoing"])
    yield Heading(2, names["summary"])
    yield _summary(review, reader)
    yield Heading(2, names["timeline"])
    yield Table(
        (words["head"]["time"], words["head"]["happened"], words["head"]["conversation"]),
        tuple(_line(one, reader) for one in review.timeline),
    )
    yield Heading(2, names["impact"])
    yield from _impact(review, reader)
    yield Heading(2, names["gaps"])
    yield _gaps(review, reader)
    yield Heading(2, names["articles"])
    yield _to_write(review, reader)
    yield Heading(2, names["notes"])
    yield _notes(review, reader)
    yield Heading(2, names["cause"])
    yield Blank(words["blank_cause"])
    yield Heading(2, names["actions"])
    yield Blank(words["blank_actions"])


@cache
def words_in(locale: str) -> Words:
    """The words of a language; of English for one that is not spoken here."""
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    spoken: dict[str, Words] = yaml.load(text, yaml.CSafeLoader)
    return spoken.get(locale) or spoken["en"]


def _summary(review: Review, reader: Reader) -> Table:
    words, incident, seen = reader.words, review.incident, review.figures
    times, rated = seen.times, seen.ratings
    values: dict[str, str] = {
        "status": words["statuses"][incident.status],
        "severity": words["severities"][incident.severity],
        "components": reader.joined([reader.component(one) for one in incident.components]),
        "source": incident.source,
        "lasted": f"{times.lasted:g}",
        "reopened": str(times.reopened),
        "conversations": str(seen.conversations),
        "customers": str(seen.customers),
        "reported_before": str(seen.reported_before),
        "followers": str(seen.followers),
        "updates_told": str(seen.updates_told),
        "to_declaration": _number(times.to_declaration, words),
        "to_acknowledgement": _number(times.to_acknowledgement, words),
        "to_end": _number(times.to_end, words),
        "between": _spread(seen.between_updates, words),
        "waits": _spread(seen.waits.spread, words),
        "waiting": str(seen.waits.waiting),
        "rating": f"{_number(rated.avg, words)}, {rated.n}",
        "helpful": f"{rated.helpful}, {rated.not_helpful}",
        "unfinished": f"{seen.unfinished.reported}, {seen.unfinished.completed}",
    }
    rows = tuple((words["facts"][name], value) for name, value in values.items())
    return Table((words["head"]["what"], words["head"]["value"]), rows)


def _number(value: float | None, words: Words) -> str:
    return str(words["nothing"]) if value is None else f"{value:g}"


def _spread(spread: Spread, words: Words) -> str:
    return f"{_number(spread.p50, words)}, {_number(spread.longest, words)}"


def _line(one: Moment, reader: Reader) -> tuple[Cell, ...]:
    words = reader.words
    known: Words = words["reasons"] if one.kind == "first_call" else words["statuses"]
    known = words["kinds"] if one.kind == "note" else known
    detail = reader.component(one.detail) if one.kind == "proposed" else one.detail
    named = [str(known.get(detail, detail)), one.by]
    about = reader.joined([part for part in named if part]) if any(named) else ""
    what = str(words["happened"][one.kind]) + (f" ({about})" if about else "")
    said = one.text or choose(one.texts, reader.locale)
    link: Cell = reader.talk(one.conversation) if one.conversation else ""
    return reader.when(one.at), f"{what}: {said}" if said else what, link


def _impact(review: Review, reader: Reader) -> Iterator[Block]:
    words, seen = reader.words, review.figures
    head = words["head"]
    yield _phases(review, reader)
    yield Paragraph(words["phases_about"])
    if not seen.conversations:
        yield Paragraph(words["nobody"])
        return
    by = {reader.component(one): n for one, n in seen.by_component.items()}
    spoken = {
        words["unknown"] if one == "unknown" else one: n for one, n in seen.by_language.items()
    }
    for name, counted in (("component", by), ("language", spoken)):
        rows = tuple((one, str(n)) for one, n in counted.items())
        yield Table((head[name], head["conversations"]), rows)
    yield from _plots(review, reader)
    if review.handed_over:
        yield Heading(3, words["handed_over"])
        yield Table(
            (head["time"], head["reason"], head["language"], head["conversation"]),
            tuple(
                (
                    reader.when(one.at), str(words["reasons"].get(one.reason, one.reason)),
                    one.language, reader.talk(one.conversation),
                )
                for one in review.handed_over
            ),
        )  # fmt: skip


def _phases(review: Review, reader: Reader) -> Table:
    words, phases = reader.words, review.figures.phases
    head = words["head"]
    shown: dict[str, Outcome | None] = {
        "affected": review.figures.outcome,
        "before": phases.before,
        "during": phases.during,
        "after": phases.after,
    }
    parts = ("answered", "handed_over", "frustrated")
    rows = []
    for name, one in shown.items():
        cells = [str(words["nothing"])] * 4
        if one is not None:
            shares = [getattr(one, f"{part}_share") for part in parts]
            counts = [getattr(one, part) for part in parts]
            cells = [str(one.conversations)] + [
                str(count) if share is None else f"{count} ({share:.0%})"
                for count, share in zip(counts, shares, strict=True)
            ]
        rows.append((str(words["phases"][name]), *cells))
    columns = (head["phase"], head["conversations"], *(head[part] for part in parts))
    return Table(columns, tuple(rows))


def _plots(review: Review, reader: Reader) -> Iterator[Plot]:
    words, hours = reader.words, review.figures.by_hour
    by_day = review.figures.step_minutes > 60
    step = words["head"]["day" if by_day else "hour"]

    def label(one: Hour) -> str:
        return f"{one.at.astimezone(reader.zone):{'%Y-%m-%d' if by_day else '%Y-%m-%d %H:%M'}}"

    labels = tuple(label(one) for one in hours)
    drawn: dict[str, tuple[float | None, ...]] = {
        "conversations": tuple(one.conversations for one in hours),
        "handed_over": tuple(one.handed_over for one in hours),
        "wait": tuple(one.wait_minutes for one in hours),
    }
    for name, values in drawn.items():
        unit = words["head"]["minutes" if name == "wait" else "conversations"]
        if any(values):
            yield Plot(words["plots"][name], (step, unit), labels, values)


def _gaps(review: Review, reader: Reader) -> Block:
    words = reader.words
    if not review.gaps:
        return Paragraph(words["no_gaps"])
    head = words["head"]
    rows = tuple(
        (one.text, one.language, str(one.asked), reader.talk(next(iter(one.conversations))))
        for one in review.gaps
    )
    return Table(
        (head["question"], head["language"], head["conversations"], head["conversation"]), rows
    )


def _to_write(review: Review, reader: Reader) -> Block:
    """What is missing; whether it is worth an article is for people to say."""
    words = reader.words
    lines = [
        words["gap"].format_map({"text": one.text, "n": one.asked, "language": one.language})
        for one in review.gaps
    ]
    lines += [
        words["no_article"].format(component=reader.component(component), language=locale)
        for component, locale in review.no_article
    ]
    if review.no_text:
        lines.append(words["no_text"].format(languages=reader.joined(list(review.no_text))))
    if not lines:
        return Paragraph(words["no_gaps"])
    return Items(tuple((line,) for line in lines), to_do=True)


def _notes(review: Review, reader: Reader) -> Block:
    words = reader.words
    if not review.notes:
        return Paragraph(words["no_notes"])
    head = words["head"]
    rows = tuple(
        (reader.when(one.at), words["kinds"][one.kind], one.author, one.text)
        for one in review.notes
    )
    return Table((head["time"], head["what"], head["from"], head["value"]), rows)
