"""Learn the weights of the signs by which questions are told apart, and say how good they are.

`python -m tests.incidents.fit_matching` prints, per set and language, precision and recall of
"answered with the incident" where nothing of a situation was learned from when it was judged;
`--write` stores the weights learned from all sets, `--words` the table of common words.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot import company
from bot.cli_eval_incidents import components_of, incident_of
from handoff.learned.trouble import trouble
from handoff.training import areas
from handoff.training.sources import articles
from handoff.training.trouble import TEXTS, messages
from retrieval.incidents import matching_signs as signs
from retrieval.incidents.board import Matcher
from retrieval.incidents.matching_areas import Area, table
from retrieval.incidents.matching_profile import Profile, profile
from retrieval.incidents.matching_words import rarity

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDER = ROOT / "retrieval" / "incidents"
SETS = ("", "_fresh", "_elsewhere", "_fourth")
WEIGHTS = {"": 0.8, "_fresh": 1.0, "_elsewhere": 1.0, "_fourth": 1.0}
"""The lists of words were tuned on the first set: there they look better than they are."""
LIMIT = 0.5
WORDS = 2.0
"""What a word that names a part of a service counts beside one in a text about it."""
HELD_BACK = 0.003
"""How strongly weights are drawn to 0."""
_ONLY_FOR = {
    "learned", "way_status", "way_trouble", "general_status", "title_rare", "title_share",
    "told_rare", "told_sum", "told_share", "thing", "thing_told", "thing_covered", "topic",
    "topic_told", "same", "explained", "component", "open_learned", "area", "area_told",
    "area_alone", "area_learned",
}  # fmt: skip
_ONLY_AGAINST = {
    "way_asking", "way_before", "way_suppose", "way_others", "way_always", "spared_name",
    "spared_name_alone",
    "spared_share", "no_word", "thing_other", "thing_only_other", "thing_spared",
    "thing_spared_alone", "thing_spared_wide", "topic_other", "apart", "elsewhere", "special",
    "topic_only_other",
    "component_other",
}  # fmt: skip
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question beside one of the incidents that were ongoing when it was asked."""

    question: int
    situation: str
    label: bool
    tells: dict[str, float]
    about: dict[str, float]
    weight: float


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights by sign, each with its bias under the empty name."""

    tells: dict[str, float]
    about: dict[str, float]

    def chance(self, pair: Pair) -> float:
        """How likely the question is about the incident."""
        return _chance(self.tells, pair.tells) * _chance(self.about, pair.about)


def read() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The situations by id, and the questions of all sets, each with the name of its `set`."""
    situations, questions = {}, []
    for name in SETS:
        for line in (HERE / f"situations{name}.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            situations[one["id"]] = {**one, "company": company_of(name)}
        lines = (HERE / f"questions{name}.jsonl").read_text("utf-8").splitlines()
        questions += [{**json.loads(line), "set": name} for line in lines]
    return situations, questions


def company_of(name: str) -> list[dict[str, Any]]:
    """The components of the companies that a set is about; none where it has no file of them."""
    path = HERE / f"components{name}.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def pairs(situations: dict[str, Any], questions: Sequence[dict[str, Any]]) -> list[Pair]:
    """What is learned from; a question about how things stand says nothing of the others."""
    ours = company.load(ROOT / "data").components
    known: dict[str, Profile] = {}
    matchers: dict[str, Matcher] = {}
    for name, one in situations.items():
        known[name] = profile(incident_of(one))
        theirs = components_of({"components": one["company"]}) or components_of(one)
        matchers[name] = Matcher(theirs or ours)
    found = []
    for number, one in enumerate(questions):
        for name in one["situation"]:
            if one["kind"] == "status" and one["about"] != name:
                continue
            named = matchers[name].named(one["text"], one["language"])
            asked = signs.read(one["text"], one["language"], trouble(one["text"]), named)
            if signs.about_everything(asked):
                continue  # decided without weights
            made = signs.tells(asked), signs.about(asked, known[name])
            weight = WEIGHTS[one["set"]]
            found.append(Pair(number, name, one["about"] == name, *made, weight))
    return found


def fit(some: Sequence[Pair]) -> Learned:
    """The likeliest weights; a sign that can only speak for or against keeps its side."""
    first = list(some[0].tells)
    second = list(some[0].about)
    tells = np.array([[pair.tells[name] for name in first] for pair in some])
    about = np.array([[pair.about[name] for name in second] for pair in some])
    widths = tells.std(axis=0) + 1e-6, about.std(axis=0) + 1e-6
    labels = np.array([pair.label for pair in some])
    counts = np.array([pair.weight for pair in some])
    counts /= counts.sum()
    edge = 1 + len(first)

    def lost(at: Values) -> tuple[float, Values]:
        one = _both(at[0] + tells / widths[0] @ at[1:edge])
        other = _both(at[edge] + about / widths[1] @ at[edge + 1 :])
        chance = np.clip(one * other, 1e-9, 1 - 1e-9)
        loss = -(counts * np.where(labels, np.log(chance), np.log(1 - chance))).sum()
        slope = -np.where(labels, 1 / chance, -1 / (1 - chance)) * counts * chance
        left, right = slope * (1 - one), slope * (1 - other)
        pull = [[left.sum()], (tells / widths[0]).T @ left]
        pull += [[right.sum()], (about / widths[1]).T @ right]
        held = at * HELD_BACK
        held[[0, edge]] = 0
        return float(loss + 0.5 * held @ at), np.concatenate(pull) + held

    bounds = [(None, None), *map(_bound, first), (None, None), *map(_bound, second)]
    start = np.zeros(len(bounds))
    start[[0, edge]] = 1
    best = minimize(
        lost, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}
    ).x
    return Learned(
        {"": float(best[0]), **_named(first, best[1:edge] / widths[0])},
        {"": float(best[edge]), **_named(second, best[edge + 1 :] / widths[1])},
    )


def crossed(some: Sequence[Pair], questions: Sequence[dict[str, Any]]) -> list[float]:
    """The chance of every pair by weights that saw no question of any situation beside it."""
    groups = _groups(questions)
    of = [groups[pair.situation] for pair in some]
    found = [0.0] * len(some)
    for group in sorted(set(of)):
        learned = fit([pair for pair, one in zip(some, of, strict=True) if one != group])
        for number, (pair, one) in enumerate(zip(some, of, strict=True)):
            if one == group:
                found[number] = learned.chance(pair)
    return found


def report(
    questions: Sequence[dict[str, Any]],
    some: Sequence[Pair],
    chances: Sequence[float],
    *,
    wrong: bool,
) -> None:
    """Print precision and recall by set and language, and what was wrong."""
    best: dict[int, tuple[float, str]] = {}
    for pair, chance in zip(some, chances, strict=True):
        best[pair.question] = max(best.get(pair.question, (0.0, "")), (chance, pair.situation))
    decided = []
    for number, one in enumerate(questions):
        chance, name = best.get(number, (1.0, one["situation"][0]))
        found = name if chance >= LIMIT else None
        expected = found if one["kind"] == "status" and found else one["about"]
        decided.append((one, found, expected))
        if wrong and found != expected:
            print(f"{one['set'] or 'tuned'} {one['kind']} {one['situation']} {chance:.2f}", end=" ")
            print(f"trouble {trouble(one['text']):.2f} | {one['text']} → {found}")
    for name in SETS:
        for language in ("en", "ms", "zh-Hans", "zh-Hant"):
            mine = [(f, e) for o, f, e in decided if (o["set"], o["language"]) == (name, language)]
            right = sum(found is not None and found == expected for found, expected in mine)
            answered = sum(found is not None for found, _ in mine)
            meant = sum(expected is not None for _, expected in mine)
            print(
                f"{name[1:] or 'tuned':10} {language:8} n {len(mine):4} "
                f"precision {right / max(1, answered):.3f} recall {right / max(1, meant):.3f}"
            )


def write(learned: Learned) -> None:
    """Store the weights as JSON that a person can read."""
    stored = {
        "learned_from": "Handrail's own questions about incidents (tests/incidents), Apache-2.0",
        "limit": LIMIT,
        "tells": _rounded(learned.tells),
        "about": _rounded(learned.about),
    }
    text = json.dumps(stored, indent=1)
    (FOLDER / "matching_weights.json").write_text(text + "\n", encoding="utf-8")


def write_words() -> None:
    """Store which words are common, by the messages that the models are trained on."""
    texts: dict[str, set[str]] = {"en": set(), "ms": set(), "zh": set()}
    for one in (*messages(TEXTS), *articles(ROOT / "data" / "articles")):
        texts[one.language].add(one.text)
    table = json.dumps(rarity(texts), ensure_ascii=False, indent=0, sort_keys=True)
    (FOLDER / "matching_words.json").write_text(table + "\n", encoding="utf-8")


def write_areas() -> None:
    """Store with which parts of services each word goes, by the texts about them."""
    made = table(
        Area(one.area, one.text, _code(one.language), WORDS if one.broken is None else 1.0)
        for one in areas.said()
    )
    text = json.dumps(made, ensure_ascii=False, indent=0, sort_keys=True)
    (FOLDER / "matching_areas.json").write_text(text + "\n", encoding="utf-8")


def _code(language: str) -> str:
    return "zh-Hans" if language == "zh" else language


def _groups(questions: Sequence[dict[str, Any]]) -> dict[str, str]:
    """A name for all situations that are ever ongoing together."""
    group = {name: name for one in questions for name in one["situation"]}
    for one in questions:
        first = group[one["situation"][0]]
        for name in one["situation"][1:]:
            old = group[name]
            group = {key: first if value == old else value for key, value in group.items()}
    return group


def _bound(name: str) -> tuple[float | None, float | None]:
    return (0.0 if name in _ONLY_FOR else None, 0.0 if name in _ONLY_AGAINST else None)


def _named(names: Sequence[str], values: Values) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _both(odds: Values) -> Values:
    chances: Values = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return chances


def _chance(weights: dict[str, float], found: dict[str, float]) -> float:
    total = weights[""] + sum(weights.get(name, 0.0) * value for name, value in found.items())
    return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in weights.items() if abs(value) >= 0.0005}


def main() -> None:
    """Measure, and with `--write` store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--areas", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    given = parser.parse_args()
    if given.words:
        write_words()
    if given.areas:
        write_areas()
    situations, questions = read()
    some = pairs(situations, questions)
    report(questions, some, crossed(some, questions), wrong=given.wrong)
    if given.write:
        write(fit(some))


if __name__ == "__main__":
    main()
