"""Train every packaged model and say how good it is: what `handrail train handoff` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC
from sklearn.metrics import f1_score, roc_auc_score

from handoff.learned.model import TextModel, write
from handoff.training import sources, tasks
from handoff.training.examples import Example
from handoff.training.fitting import Bench, Embed, Task, crossed, fit
from handoff.training.tasks import Sets

Say = Callable[[str], None]
Probabilities = NDArray[np.float64]

LEARNED_FROM = {
    "asking": [
        "Handrail's own texts, Apache-2.0",
        "NLU++ banking, CC BY 4.0",
        "Banking77, CC BY 4.0",
        "CLINC150, CC BY 3.0",
        "Bitext customer support sample, CDLA-Sharing 1.0",
        "Alchemy Insights, CC BY 4.0",
    ],
    "anger": [
        "BRIGHTER, CC BY 4.0",
        "GoEmotions, Apache-2.0",
        "NusaX, CC BY-SA 4.0",
        "XED, CC BY 4.0",
    ],
    "anger_zh": ["BRIGHTER, CC BY 4.0", "XED, CC BY 4.0"],
    "abuse": ["ConvAbuse, CC BY 4.0"],
    "urgency": [
        "Handrail's own texts, Apache-2.0",
        "CLINC150, CC BY 3.0",
        "Alchemy Insights, CC BY 4.0",
    ],
    "displeasure": [
        "Handrail's own texts, Apache-2.0",
        "Banking77, CC BY 4.0",
        "CLINC150, CC BY 3.0",
        "Alchemy Insights, CC BY 4.0",
    ],
    "trouble": ["Handrail's own texts, Apache-2.0"],
}
"""Name of a model → the sets and licences that its file names."""


def train(sets: Sets, out: Path, embed: Embed | None, say: Say, *, measure: bool = True) -> None:
    """Write one file a model into `out`; the same sets give the same bytes on the same machine.

    `embed` gives the vectors of English texts by VECTORS_OF; without it the models see words
    alone. With `measure`, says what each reaches on texts that it has not seen. Raises BadData.
    """
    out.mkdir(parents=True, exist_ok=True)
    sets = replace(sets, models=out)
    for name, make in tasks.TASKS.items():
        bench = Bench(make(sets), embed)
        model = fit(bench)
        size = write(model, out / f"{name}.npz", {"learned_from": LEARNED_FROM[name]})
        say(f"{name}: {_counts(bench.task)}; {size:,} bytes")
        if measure:
            _measure(sets, name, bench, model, embed, say)


def _counts(task: Task) -> str:
    counts = [f"{p.name} {len(p.examples)} ({int(p.labels.sum())} yes)" for p in task.parts]
    return ", ".join(counts)


def _measure(
    sets: Sets, name: str, bench: Bench, model: TextModel, embed: Embed | None, say: Say
) -> None:
    for number, part in enumerate(bench.task.parts):
        if part.target and 0 < part.labels.sum() < len(part.examples):
            folds = 10 if part.name == "nlupp" else 5
            found = crossed(bench, number, folds, seeing=embed is not None)
            _say(f"{part.name}, cross-validated", part.labels, found, say)
    for what, examples in _unseen(sets.public, name).items():
        found = _judged(bench.task, model, examples, embed)
        _say(what, np.array([one.label for one in examples]), found, say)
    if name == "asking":
        task = tasks.carried_over(sets)
        examples = sources.nlupp(sets.public)
        found = _judged(task, fit(Bench(task, embed)), examples, embed)
        _say("nlupp, never seen", np.array([one.label for one in examples]), found, say)


def _unseen(folder: Path, name: str) -> dict[str, Sequence[Example]]:
    """Sets that no training touches, by what is said about them."""
    if name == "anger":
        return {"brighter en dev": sources.brighter(folder, "en", "dev")}
    if name == "abuse":
        return {"convabuse valid": sources.convabuse(folder, "valid")}
    if name == "anger_zh":
        plain = sources.brighter(folder, "zh", "dev")
        return {"brighter zh dev": plain, "brighter zh dev, Traditional": traditional(plain)}
    return {}


def traditional(examples: Sequence[Example]) -> list[Example]:
    """The same examples in Traditional script as written in Taiwan."""
    made = OpenCC("s2tw")
    return [Example(made.convert(e.text), e.label, e.language, e.group) for e in examples]


def _judged(
    task: Task, model: TextModel, examples: Sequence[Example], embed: Embed | None
) -> Probabilities:
    texts = [one.text for one in examples]
    english = embed is not None and all(one.language == "en" for one in examples)
    vectors = embed(texts) if embed is not None and english else [None] * len(texts)
    return np.array(
        [
            model.score(text, vector, task.signals(text)).probability
            for text, vector in zip(texts, vectors, strict=True)
        ]
    )


def _say(what: str, labels: NDArray[np.bool_], found: Probabilities, say: Say) -> None:
    yes = found >= 0.5
    say(
        f"  {what}: n {len(labels)}, yes {int(labels.sum())}, "
        f"AUC {roc_auc_score(labels, found):.3f}, F1 {f1_score(labels, yes):.3f}, "
        f"macro-F1 {f1_score(labels, yes, average='macro'):.3f}"
    )
