"""A stored conversation gone through again, turn by turn, as the bot would have seen it.

Only the texts are known: what search found, and which answers were marked as unhelpful, is not.
That an answer failed is read from the bot's own words, or from its saying the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handoff import signals
from handoff.evaluation.dialogues import Dialogue, Said
from handoff.evaluation.figures import Judged
from handoff.folding import fold
from handoff.learned import decision, reading
from handoff.learned.reading import asks_something, thanks
from handoff.lexicon import clauses, look_up
from handoff.observed import Turn, Vector
from handoff.policy import Observation, decide
from handoff.settings import HandoffSettings

Embed = Callable[[str], Vector]

DISSATISFIED_FROM = 0.4
"""From this probability on a turn counts as dissatisfied."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the bot would have made of one customer turn: a score and a yes for each label."""

    place: int
    scores: dict[str, float]
    yes: dict[str, bool]


def replay(
    dialogue: Dialogue,
    rules: HandoffSettings,
    embed: Embed | None = None,
    *,
    hold: bool = False,
) -> list[Seen]:
    """What the shipped decision says at every customer turn.

    Each turn is decided anew, as though nobody had been called before; with `hold`, a person
    once called stays called until an agent has spoken. `embed` is used for English alone.
    """
    found: list[Seen] = []
    english = embed if dialogue.language.split("-")[0] == "en" else None
    called = False
    for place, turn in enumerate(dialogue.turns):
        if turn.role == "agent":
            called = False
        if turn.role != "customer":
            continue
        seen = _look(dialogue.turns[: place + 1], place, rules, english)
        called = hold and (called or seen.yes["handoff"])
        if called:
            seen.yes["handoff"] = True
            seen.scores["handoff"] = max(seen.scores["handoff"], rules.person_limit)
        found.append(seen)
    return found


def judged(
    dialogues: Sequence[Dialogue],
    rules: HandoffSettings,
    embed: Embed | None = None,
    *,
    hold: bool = False,
) -> dict[str, list[list[Judged]]]:
    """By label, the labelled turns of every conversation that has any."""
    found: dict[str, list[list[Judged]]] = {}
    for dialogue in dialogues:
        seen = {one.place: one for one in replay(dialogue, rules, embed, hold=hold)}
        names = sorted({name for turn in dialogue.turns for name in turn.labels})
        for name in names:
            turns = [
                Judged(place, turn.labels[name], seen[place].scores[name], seen[place].yes[name])
                for place, turn in enumerate(dialogue.turns)
                if name in turn.labels
            ]
            found.setdefault(name, []).append(turns)
    return found


def observed(turns: Sequence[Said], embed: Embed | None = None) -> decision.Course:
    """What the texts of a conversation give away up to its last turn, the customer's."""
    said = [Turn(turn.text) for turn in turns if turn.role == "customer"]
    last = turns[-1].text
    if embed is not None:
        said[-1] = Turn(last, vector=embed(last))
    before = next((turn.text for turn in reversed(turns[:-1]) if turn.role != "customer"), "")
    asks = signals.asks_for_person(last, said[-1].vector)
    accepted = signals.accepts_offer(last, before)
    return decision.Course(
        asks=max(reading.asking(last, said[-1].vector).probability, accepted.strength),
        asks_evidence=asks.evidence or accepted.evidence,
        frustration=signals.frustration(said),
        displeasure=reading.displeasure(last, said[-1].vector).probability,
        urgency=signals.urgency(last, said[-1].vector),
        repeats=signals.repeats(said).strength,
        failed_in_a_row=_failed(turns),
        own_account=signals.about_own_account(last).strength,
        abuse=signals.abuse(last, said[-1].vector).strength,
        turns=len(said),
        thanked=thanks(last),
        questions=asks_something(last),
    )


def observation(course: decision.Course, rules: HandoffSettings) -> Observation:
    """What the texts alone let the decision see."""
    return Observation(
        asked_for_person=course.asks >= rules.asking_limit,
        frustration=course.frustration.strength,
        urgency=course.urgency.strength,
        failed_in_a_row=course.failed_in_a_row,
        needs_person=decision.needs_person(course).probability,
        confidence=1.0,  # unknown: what search found is not in the texts
    )


def _look(turns: Sequence[Said], place: int, rules: HandoffSettings, embed: Embed | None) -> Seen:
    course = observed(turns, embed)
    needed = decision.needs_person(course)
    asked = course.asks >= rules.asking_limit
    escalation = decide(observation(course, rules), rules)
    unhappy = decision.dissatisfied(course).probability
    urgent = course.urgency.strength >= rules.urgency_limit
    return Seen(
        place,
        {
            "handoff": needed.probability,
            "asks_for_person": course.asks,
            "urgent": course.urgency.strength,
            "dissatisfied": unhappy,
        },
        {
            "handoff": escalation is not None,
            "asks_for_person": asked,
            "urgent": urgent,
            "dissatisfied": unhappy >= DISSATISFIED_FROM,
        },
    )


def _failed(turns: Sequence[Said]) -> int:
    """Answers in a row, up to the last turn, that found nothing or repeated an earlier one."""
    answers = [turn.text for turn in turns if turn.role == "bot"]
    failed = 0
    for number in range(len(answers) - 1, -1, -1):
        lost = bool(look_up("lost", clauses(answers[number])))
        again = fold(answers[number]) in {fold(one) for one in answers[:number]}
        if not lost and not again:
            break
        failed += 1
    return failed
