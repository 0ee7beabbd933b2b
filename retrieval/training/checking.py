"""Train and measure the check: python -m retrieval.training.checking FOLDER --home HOME.

FOLDER holds collections in BEIR's files, one of them `squad2` with `unanswerable.jsonl.gz`.
Prints what `docs/models.md` quotes; with --out it writes the weights as well.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from retrieval.embedding import PACKAGED, Embedder, load
from retrieval.training.pairs import SEARCH, Pair, halved, natural, read

HALVED = (
    "squad2", "cmrc", "drcd_dev", "alchemy_cn", "alchemy_tw",
    "cust_en", "cust_ms_my", "cust_zh_cn", "cust_zh_tw",
)  # fmt: skip
_UNSEEN = 5
"""Of squad2's articles, chosen by the hash of their names; looked at once, at the end."""
_MOST = 600
"""Questions taken of each halved collection, so that none outweighs the others."""

_LOOSE = 0.1
"""How freely weights may move; more changes little."""
_SIZES = {"sentence_length", "passage_length", "words_possible"}
"""May speak either way; of the others, those below speak for an answer and the rest against."""
_SPEAK_FOR = {
    "coverage", "sentence_coverage", "pair_coverage", "lead", "near", "forward",
    "meaning", "meaning_margin", "words", "words_margin",
}  # fmt: skip

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights for the bare signals: the scaling of the training is worked into them."""

    names: tuple[str, ...]
    weights: Values
    bias: float


def main() -> None:
    """Print the figures; write the weights where --out says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    embedder = load(PACKAGED, asked.home)
    squad = read(asked.folder / "squad2")
    pairs = [pair for pair in natural(squad, embedder) if pair.check]
    seen, unseen = _split(pairs)
    looks = _looks(pairs)
    _say("squad2: answerable or not, AUROC")
    for name, names in looks.items():
        score = _scores(_fit(_clean(seen), names), unseen)
        low, high = _interval(unseen, score)
        _say(
            f"  {name}: cross-validated {_across(seen, names):.3f}, "
            f"unseen {_auroc(unseen, score):.3f} ({low:.3f}-{high:.3f}), {len(unseen)} questions"
        )
    if asked.out:
        stored = {
            "trained_on": "SQuAD 2.0, development set (half), CC BY-SA 4.0",
            "models": {
                "words": _stored(_fit(_clean(pairs), looks["check"])),
                "words_and_meaning": _stored(_fit(_clean(pairs), looks["check and meaning"])),
            },
        }
        asked.out.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    _transfer(asked.folder, embedder, pairs)


def _looks(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Return the names of the signals that each of the compared models looks at."""
    check = list(pairs[0].check)
    return {
        "search": list(SEARCH),
        "check": check,
        "check and meaning": [*check, "meaning"],
        "search and check": [*SEARCH, *check],
    }


def _transfer(folder: Path, embedder: Embedder, squad: list[Pair]) -> None:
    """Print how each collection fares with a model that has seen only the others."""
    parts = {name: read(folder / name) for name in HALVED if (folder / name).is_dir()}
    sets = {
        f"{name}, halved": [
            p for p in halved(part, embedder if part.language == "en" else None, _MOST) if p.check
        ]
        for name, part in parts.items()
    } | {"squad2, its own unanswerable": squad}
    _say("trained on the other collections only, AUROC")
    packaged = _fit(_clean(squad), _looks(squad)["check"])
    for left_out, tested in sets.items():
        own = left_out.split("_")[0].split(",")[0]  # cust_en and cust_ms_my are translations
        others = [p for name, ps in sets.items() if not name.startswith(own) for p in _clean(ps)]
        figures = [
            f"{name} {_auroc(tested, _scores(_fit(others, names), tested)):.3f}"
            for name, names in _looks(squad).items()
            if name != "check and meaning"
        ]
        as_packaged = _auroc(tested, _scores(packaged, tested))
        _say(f"  {left_out}: {', '.join(figures)}; check trained on squad2 {as_packaged:.3f}")


def _clean(pairs: Sequence[Pair]) -> list[Pair]:
    """Leave out answerable questions for which search found a wrong passage: they teach nothing."""
    return [pair for pair in pairs if pair.right or not pair.answered]


def _split(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    order = sorted({p.group for p in pairs}, key=_drawn)
    held = set(order[:_UNSEEN])
    return [p for p in pairs if p.group not in held], [p for p in pairs if p.group in held]


def _drawn(group: str) -> str:
    return hashlib.sha256(b"g" + group.encode()).hexdigest()


def _across(pairs: list[Pair], names: Sequence[str]) -> float:
    """Return the AUROC over four folds of whole articles."""
    order = sorted({p.group for p in pairs})
    score: Values = np.zeros(len(pairs))
    for fold in range(4):
        held = set(order[fold::4])
        model = _fit(_clean([p for p in pairs if p.group not in held]), names)
        tested = np.array([p.group in held for p in pairs])
        score[tested] = _scores(model, [p for p in pairs if p.group in held])
    return _auroc(pairs, score)


def _fit(pairs: Sequence[Pair], names: Sequence[str]) -> Model:
    """Return the likeliest weights, both outcomes counting alike, none against its sense.

    Signals overlap: left free, some would speak against what they mean, which fits the collection
    learned from a little better and every other one worse.
    """
    found = _matrix(pairs, names)
    middle, width = found.mean(axis=0), found.std(axis=0) + 1e-9
    scaled = np.column_stack([np.ones(len(found)), (found - middle) / width])
    toward = np.where([p.answered for p in pairs], 1.0, -1.0)
    count = np.where(toward > 0, 0.5 / (toward > 0).mean(), 0.5 / (toward < 0).mean())

    def lost(at: Values) -> tuple[float, Values]:
        margin = toward * (scaled @ at)
        slope = -scaled.T @ (count * toward / (1 + np.exp(margin)))
        held = np.append(0.0, at[1:]) / _LOOSE
        loss = float((count * np.logaddexp(0, -margin)).sum())
        return loss + 0.5 * float(held @ at), slope + held

    bounds = [(None, None), *(_sense(name) for name in names)]
    start = np.zeros(len(names) + 1)
    best = minimize(lost, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = best[1:] / width
    return Model(tuple(names), weights, float(best[0] - weights @ middle))


def _sense(name: str) -> tuple[float | None, float | None]:
    if name in _SIZES:
        return None, None
    return (0.0, None) if name in _SPEAK_FOR else (None, 0.0)


def _scores(model: Model, pairs: Sequence[Pair]) -> Values:
    return _matrix(pairs, model.names) @ model.weights + model.bias


def _matrix(pairs: Sequence[Pair], names: Sequence[str]) -> Values:
    return np.array([[{**p.check, **p.search}[name] for name in names] for p in pairs], np.float64)


def _auroc(pairs: Sequence[Pair], score: Values) -> float:
    return float(roc_auc_score([p.answered for p in pairs], score))


def _interval(pairs: Sequence[Pair], score: Values) -> tuple[float, float]:
    """Return the middle 95 % over 1,000 draws of as many questions."""
    chance = np.random.default_rng(0)
    answered = np.array([p.answered for p in pairs])
    draws = (chance.integers(0, len(pairs), len(pairs)) for _ in range(1000))
    figures = [roc_auc_score(answered[d], score[d]) for d in draws]
    return float(np.percentile(figures, 2.5)), float(np.percentile(figures, 97.5))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _stored(model: Model) -> Mapping[str, Any]:
    weights = zip(model.names, model.weights, strict=True)
    return {
        "bias": round(model.bias, 5),
        "weights": {name: round(float(weight), 5) for name, weight in weights},
    }


if __name__ == "__main__":
    main()
