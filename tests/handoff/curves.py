"""Draws the curves of docs/when-people-are-called.md: `python -m tests.handoff.curves`.

From the halves `held_out` of the written situations and conversations, words alone, at the
shipped weights. The pictures are SVG, so that a change of the weights can be read in a diff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from handoff.evaluation import operating, replay
from handoff.evaluation.dialogues import Dialogue, read
from handoff.evaluation.operating import Past
from handoff.learned import decision
from handoff.policy import decide
from handoff.settings import HandoffSettings

HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "docs" / "images"
LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")
LIMITS = tuple(round(0.02 * step, 2) for step in range(51))
COLOURS = ("#1f5fbf", "#c2410c", "#15803d", "#7e22ce")
WIDE, HIGH, EDGE = 560, 400, 60

Line = Sequence[tuple[float, float]]


def past(dialogue: Dialogue, rules: HandoffSettings) -> Past:
    """A written conversation as the decision saw it; needed if a person ever was."""
    never = rules.model_copy(update={"person_limit": 1.0})
    turns = dialogue.turns
    courses = [
        replay.observed(turns[: place + 1])
        for place, turn in enumerate(turns)
        if turn.role == "customer"
    ]
    return Past(
        max(decision.needs_person(one).probability for one in courses),
        any(decide(replay.observation(one, never), never) is not None for one in courses),
        any(turn.labels.get("handoff", False) for turn in turns),
    )


def called(language: str) -> Line:
    """Of those in need found, against the others handed over, limit by limit."""
    dialogues = read(HERE / "conversations" / f"{language}.jsonl", half="held_out")
    found = [past(one, HandoffSettings()) for one in dialogues]
    points = operating.curve(found, LIMITS)
    return [(1 - (one.spared or 0.0), one.found or 0.0) for one in points]


def asking() -> dict[str, Line]:
    """Precision and recall of "asks for a person" over single messages, limit by limit."""
    scored = list(_scored())
    lines: dict[str, list[tuple[float, float]]] = {"recall": [], "precision": []}
    for limit in LIMITS[1:-1]:
        said = [label for score, label in scored if score >= limit]
        positives = sum(label for _, label in scored)
        lines["recall"].append((limit, sum(said) / positives))
        if said:
            lines["precision"].append((limit, sum(said) / len(said)))
    return {name: tuple(line) for name, line in lines.items()}


def _scored() -> Iterator[tuple[float, bool]]:
    for language in LANGUAGES:
        dialogues = read(HERE / "situations" / f"{language}.jsonl", half="held_out")
        for turns in replay.judged(dialogues, HandoffSettings())["asks_for_person"]:
            yield from ((one.score, one.label) for one in turns)


def svg(title: str, across: str, up: str, lines: Mapping[str, Line]) -> str:
    """A picture of lines between 0 and 1 both ways."""
    drawn = [*_frame(title, across, up)]
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in line)
        drawn.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        at = HIGH - EDGE - 16 - 18 * (len(lines) - 1 - number)
        drawn.append(
            f'<text x="{WIDE - EDGE - 12}" y="{at}" fill="{colour}" text-anchor="end">'
            f"{escape(name)}</text>"
        )
    inside = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" '
        f'font-family="sans-serif" font-size="13" role="img" aria-label="{escape(title)}">\n'
        f'<rect width="{WIDE}" height="{HIGH}" fill="#ffffff"/>\n{inside}\n</svg>\n'
    )


def _frame(title: str, across: str, up: str) -> Iterator[str]:
    yield f'<text x="{EDGE}" y="24" font-size="15" fill="#111111">{escape(title)}</text>'
    for step in range(6):
        at = step / 5
        yield f'<path d="M{_x(0)} {_y(at):.1f}H{_x(1)}" stroke="#dddddd"/>'
        yield f'<path d="M{_x(at):.1f} {_y(0)}V{_y(1)}" stroke="#eeeeee"/>'
        yield f'<text x="{EDGE - 8}" y="{_y(at) + 4:.1f}" text-anchor="end">{at:.1f}</text>'
        yield f'<text x="{_x(at):.1f}" y="{HIGH - EDGE + 18}" text-anchor="middle">{at:.1f}</text>'
    yield f'<text x="{WIDE // 2}" y="{HIGH - 14}" text-anchor="middle">{escape(across)}</text>'
    middle = HIGH // 2
    yield (
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">'
        f"{escape(up)}</text>"
    )


def _x(value: float) -> float:
    return EDGE + value * (WIDE - 2 * EDGE)


def _y(value: float) -> float:
    return HIGH - EDGE - value * (HIGH - 2 * EDGE)


def pictures() -> dict[str, str]:
    """Name of each file → the picture."""
    return {
        "called.svg": svg(
            "Whole conversations: found, against called for nothing",
            "of those who needed nobody: handed over",
            "of those in need: found",
            {language: called(language) for language in LANGUAGES},
        ),
        "asking.svg": svg(
            "Asks for a person: single messages, all languages",
            "limit (HANDRAIL_HANDOFF__ASKING_LIMIT)",
            "share",
            asking(),
        ),
    }


if __name__ == "__main__":
    for name, picture in pictures().items():
        (IMAGES / name).write_text(picture, encoding="utf-8")
        print(IMAGES / name)
