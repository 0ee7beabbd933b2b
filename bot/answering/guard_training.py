"""Learn the guard's model from `guard_texts`: `python -m bot.answering.guard_training`.

A claim is put into frames that leave it one ("good news: …") and into frames that take it back
("once …, we will tell you here"), so that the frames are learned as well as the claims. Articles
of the sample stand for everyday honest sentences. The same texts give the same file.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from bot.answering.guard_clauses import plain, sentences
from bot.answering.guard_grams import BITS, places
from bot.answering.guard_learned import KINDS, PACKAGED, Claims, write

TEXTS = Path(__file__).with_name("guard_texts")
ARTICLES = Path(__file__).parents[2] / "data" / "articles"
_LOOSE = 60.0
_FILLED = 6
"""Variants of a line with something to fill in."""
_FRAMES = 2
_GOOD_FRAMES = 6
_NEWS = "news"
_SLOTS = {"{s}": "s", "{a}": "a", "{t}": "t", "{w}": "w"}
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with what it claims, one of KINDS or `ok`; those of one `line` belong together."""

    text: str
    label: str
    line: str


def told(folder: Path = TEXTS) -> list[Told]:
    """Every sentence to learn from, of all languages, in a fixed order."""
    found: list[Told] = []
    for path in sorted(folder.glob("*.yaml")):
        raw = yaml.safe_load(path.read_text("utf-8"))
        lines = {name: [one for one in text.splitlines() if one] for name, text in raw.items()}
        found += _plainly(lines)
        found += _framed(lines)
        found += _good(lines)
    return found


def everyday(folder: Path) -> list[Told]:
    """The sentences of articles, all honest."""
    found = []
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text("utf-8").split("---", 2)[-1]
        parts = (text[start:end].strip() for start, end in sentences(text))
        found += [Told(one, "ok", path.stem) for one in parts if len(one) <= _LONGEST]
    return found


def fit(examples: Sequence[Told]) -> Claims:
    """One logistic model per kind over the places of the sentences, in whole steps."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    rows = [places(plain(one.text)) for one in examples]
    values = [np.full(len(row), 1 / np.sqrt(len(row))) for row in rows]
    ends = np.cumsum([0, *map(len, rows)])
    shape = (len(rows), 1 << BITS)
    table = sparse.csr_matrix((np.concatenate(values), np.concatenate(rows), ends), shape=shape)
    labels = np.array([one.label for one in examples])
    weights, scales, biases = [], [], []
    for kind in KINDS:
        model = LogisticRegression(
            C=_LOOSE, solver="liblinear", random_state=0, class_weight="balanced"
        )
        model.fit(table, labels != "ok" if kind == "any" else labels == kind)
        top = float(np.quantile(np.abs(model.coef_[0][model.coef_[0] != 0]), 0.9999))
        weights.append(np.clip(np.rint(model.coef_[0] / top * 127), -127, 127).astype(np.int8))
        scales.append(top / 127)
        biases.append(float(model.intercept_[0]))
    return Claims(np.stack(weights), np.array(scales), np.array(biases))


def _plainly(lines: Mapping[str, Sequence[str]]) -> Iterator[Told]:
    for label in ("deployed", "time", "news", "call", "ok"):
        for line in lines[label]:
            yield from (Told(text, label, line) for text in _filled(line, lines, label))


def _framed(lines: Mapping[str, Sequence[str]]) -> Iterator[Told]:
    for line in lines["over"]:
        for claim in _filled(line, lines, "over"):
            bare = re.sub(r"[.!。！]+$", "", claim)
            yield Told(claim, "over", line)
            inner = bare if bare[:2] == "I " else bare[0].lower() + bare[1:]
            for frames, label in (("keeps", "over"), ("voids", "ok")):
                for frame in _drawn(lines[frames], f"{frames}{inner}", _FRAMES):
                    yield Told(_raised(frame.replace("{c}", inner)), label, line)


def _good(lines: Mapping[str, Sequence[str]]) -> Iterator[Told]:
    for line in lines["good"]:
        for frames, label in (("claiming", "over"), ("telling", "ok")):
            for frame in _drawn(lines[frames], f"{frames}{line}", _GOOD_FRAMES):
                yield Told(_raised(frame.replace("{g}", line)), label, line)


def _filled(line: str, lines: Mapping[str, Sequence[str]], key: str) -> Iterator[str]:
    """The line with its gaps filled in different ways; one without gaps as it is."""
    for number in range(_FILLED if "{" in line else 1):
        text = line
        for slot, name in _SLOTS.items():
            if slot in text:
                text = text.replace(slot, _drawn(lines[name], f"{key}{line}{slot}{number}", 1)[0])
        yield _raised(text)


def _raised(text: str) -> str:
    return text[0].upper() + text[1:]


def _drawn(choices: Sequence[str], key: str, count: int) -> list[str]:
    """Some of the choices, by chance but always the same for one key."""
    return sorted(choices, key=lambda one: hashlib.sha256((key + one).encode()).digest())[:count]


def main() -> None:
    """Write the model and say from how much it was learned."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=PACKAGED, help="file to write")
    parser.add_argument("--articles", type=Path, default=ARTICLES, help="everyday sentences")
    given = parser.parse_args()
    examples = told() + everyday(given.articles)
    size = write(fit(examples), given.out)
    claims = sum(one.label != "ok" for one in examples)
    sys.stdout.write(f"{len(examples):,} sentences, {claims:,} of them claims; {size:,} bytes\n")


if __name__ == "__main__":
    main()
