"""Public sets with labels, read from the folder they were downloaded to.

Each function gives its set's examples or raises BadData, which says which file is missing.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import yaml

from handoff.errors import BadData
from handoff.lexicon import clauses, look_up
from handoff.training.examples import Example


def nlupp(folder: Path) -> tuple[Example, ...]:
    """NLU++, banking, folds 0-9: the intent `handoff`; the group is the fold."""
    path = folder / "nlupp" / "banking_folds_0-9.jsonl"
    rows = [json.loads(line) for line in _text(path).splitlines()]
    return tuple(
        Example(row["text"], "handoff" in (row["intents"] or ()), "en", str(row["fold"]))
        for row in rows
    )


def banking(folder: Path) -> tuple[Example, ...]:
    """Banking77, training half: nobody there asks for a person."""
    rows = _rows(folder / "banking77" / "train.csv")
    return tuple(Example(row["text"], False, "en", row["text"]) for row in rows)


def clinc(folder: Path) -> tuple[Example, ...]:
    """CLINC150, training part: nobody there asks for a person."""
    raw = json.loads(_text(folder / "clinc150" / "train_val.json.gz"))
    return tuple(Example(text, False, "en", text) for text, _ in raw["train"])


def bitext(folder: Path) -> tuple[Example, ...]:
    """Bitext customer support, training half: the intent `contact_human_agent`.

    `contact_customer_service` is left out: how to reach a company may or may not mean a person.
    """
    name = "Bitext_Sample_Customer_Service_Training_Dataset.csv"
    rows = _rows(folder / "bitext_customer_support" / name)
    return tuple(
        Example(row["utterance"], row["intent"] == "contact_human_agent", "en", row["utterance"])
        for row in rows
        if row["intent"] != "contact_customer_service"
    )


def brighter(folder: Path, language: str, part: str) -> tuple[Example, ...]:
    """BRIGHTER, `train` or `dev`: anger in posts; language `zh` or `en`."""
    stem = {"zh": "chn", "en": "eng"}[language]
    rows = _rows(folder / "brighter_emotion" / f"{stem}_{part}.csv")
    return tuple(Example(row["text"], row["anger"] == "1", language, row["id"]) for row in rows)


def goemotions(folder: Path, names: Collection[str]) -> tuple[Example, ...]:
    """GoEmotions, training part: any of the named emotions."""
    known = _text(folder / "goemotions" / "labels.txt").split()
    wanted = {str(known.index(name)) for name in names}
    found = []
    for line in _text(folder / "goemotions" / "train.tsv.gz").splitlines():
        text, labels, key = line.split("\t")
        found.append(Example(text, bool(wanted & set(labels.split(","))), "en", key))
    return tuple(found)


def xed(folder: Path, name: str, language: str) -> tuple[Example, ...]:
    """XED subtitles of one file: anger (1) or disgust (3); texts are their own group."""
    found = []
    for line in _text(folder / "xed" / f"{name}-projections.tsv").splitlines():
        text, _, labels = line.rpartition("\t")
        kinds = {kind.strip() for kind in labels.split(",")}
        found.append(Example(text, bool(kinds & {"1", "3"}), language, text))
    return tuple(found)


def nusax(folder: Path) -> tuple[Example, ...]:
    """NusaX, Indonesian training part: negative or not, the nearest to Malay there is."""
    rows = _rows(folder / "nusax" / "indonesian_train.csv")
    return tuple(Example(row["text"], row["label"] == "negative", "ms", row["id"]) for row in rows)


def convabuse(folder: Path, part: str) -> tuple[Example, ...]:
    """ConvAbuse, `train` or `valid`: abuse in the eyes of at least half of the annotators."""
    rows = _rows(folder / "convabuse" / f"ConvAbuseEMNLP{part}.csv.gz")
    return tuple(
        Example(row["user"], _abusive(row), "en", row["user"].strip().lower()) for row in rows
    )


def alchemy(folder: Path) -> tuple[Example, ...]:
    """Titles of Chinese self-help articles: calm questions that ask for nobody."""
    lines = _text(folder / "retrieval" / "alchemy_cn" / "queries.jsonl.gz").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    return tuple(Example(text, False, "zh", text) for text in texts)


def articles(folder: Path) -> tuple[Example, ...]:
    """Titles and questions of a help centre in four languages: what customers ask every day.

    Markdown files below a folder named after each language, as in `data/articles`. What the
    lists of words find something in is left out: there is no saying what it is.
    """
    found: list[Example] = []
    for path in sorted(folder.rglob("*.md")):
        about = yaml.safe_load(_text(path).split("---")[1])
        language = str(about["locale"]).split("-")[0]
        texts = [about["title"], *about.get("questions", ())]
        found += [Example(text, False, language, path.stem) for text in texts if _plain(text)]
    if not found:
        raise BadData(folder, "there are no articles (*.md) in it")
    return tuple(found)


def marked(folder: Path, label: str) -> tuple[Example, ...]:
    """Messages marked by hand, one JSON object a line, in every `*.jsonl` of a folder.

    Of those with a `half`, only the half `dev` is learned from. What cannot be understood
    without the turns before it teaches nothing about words, and is left out.
    """
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(_text(path).splitlines(), start=1):
            try:
                row = json.loads(line)
                usable = row.get("half", "dev") == "dev" and not row.get("before")
                if usable and label in row:
                    language = row["language"].split("-")[0]
                    found.append(Example(row["text"], bool(row[label]), language, row["text"]))
            except (ValueError, KeyError, AttributeError) as error:
                problem = "a message is an object with text and language"
                raise BadData(path, problem, number) from error
    if not found:
        raise BadData(folder, f"there is no *.jsonl with messages marked {label}")
    return tuple(found)


def _plain(text: str) -> bool:
    prepared = clauses(text)
    return not any(look_up(subject, prepared) for subject in ("asking", "urgency", "frustration"))


def _abusive(row: Mapping[str, str]) -> bool:
    votes = [
        grade < 0
        for annotator in range(1, 9)
        for grade in (1, 0, -1, -2, -3)
        if row.get(f"Annotator{annotator}_is_abuse.{grade}") in ("1", "1.0")
    ]
    return bool(votes) and sum(votes) / len(votes) >= 0.5


def _rows(path: Path) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(_text(path), newline=""))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadData(path, str(error)) from error
