"""Why a document was not taken over, in the reader's language: a code and values from a sentence.

Importers say their reasons in English, also those in processes of their own; the words of the
other languages stand beside that English in `reasons.yaml`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_CATALOGUE = Path(__file__).with_name("reasons.yaml")
_VALUE = re.compile(r"\\\{(\w+)\\\}")
_LINE = re.compile(r".*, line (\d+)", re.DOTALL)
_AT_LINE = {
    "en": "line {n}: ",
    "zh-Hans": "第 {n} 行：",
    "zh-Hant": "第 {n} 行：",
    "ms": "baris {n}: ",
}
_NESTED = "because"
"""Name of the value that is a reason itself."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a sentence says, for programs."""

    code: str
    values: Mapping[str, str]
    line: int | None = None
    """In the document, from 1."""


def read(text: str, name: str = "") -> Reason | None:
    """Return what a refusal says; None if these are no words of an importer.

    `name` is that of the document, which the sentence may begin with. Without it every place
    where the sentence about it could begin is tried.
    """
    found = _found(text, name)
    return None if found is None else found[0]


def tell(text: str, locale: str, name: str = "") -> str:
    """Return a refusal in this language without the document's name; as it is if unknown."""
    found = _found(text, name)
    if found is None:
        return text
    reason, said = found
    at = "" if reason.line is None else _AT_LINE[locale].format(n=reason.line)
    if locale == "en":
        return at + said
    values = dict(reason.values)
    if _NESTED in values:
        values[_NESTED] = tell(values[_NESTED], locale)
    sentence: str = _sentences()[reason.code][locale]
    return at + sentence.format_map(_Known(values))


def _found(text: str, name: str) -> tuple[Reason, str] | None:
    """The reason and its English, told by the most particular sentence that fits."""
    for particular in (True, False):
        for place, said in _splits(text, name):
            for code, pattern, begins in _patterns():
                if begins == particular and (found := pattern.fullmatch(said)):
                    at = _LINE.fullmatch(place)
                    line = None if at is None else int(at[1])
                    return Reason(code, found.groupdict(), line), said
    return None


class _Known(dict[str, str]):
    """A sentence that was said without one of its values has an ellipsis there."""

    def __missing__(self, key: str) -> str:
        return "…"


def _splits(text: str, name: str) -> Iterator[tuple[str, str]]:
    """What may be the place, and the sentence about it."""
    if name and text.startswith(name):
        place, mark, said = text[len(name) :].partition(": ")
        if mark and (not place or _LINE.fullmatch(place)):
            yield place, said
            return
    yield "", text
    for found in re.finditer(": ", text):
        yield text[: found.start()], text[found.end() :]


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    """Code, sentence, and whether it begins with words of its own: others fit too much."""
    made = []
    for code, known in _sentences().items():
        for sentence in known["en"]:
            escaped = re.escape(sentence.replace("{{", "{").replace("}}", "}"))
            pattern = re.compile(_grouped(escaped), re.DOTALL)
            begins = not sentence.startswith("{") or f"{{{_NESTED}}}" in sentence
            made.append((code, pattern, begins))
    return tuple(made)


def _grouped(escaped: str) -> str:
    return _VALUE.sub(lambda found: f"(?P<{found[1]}>.+?)", escaped)


@cache
def _sentences() -> dict[str, dict[str, Any]]:
    """Code → locale → sentence; of English a list of them."""
    read_: dict[str, dict[str, Any]] = yaml.load(_CATALOGUE.read_text("utf-8"), yaml.CSafeLoader)
    for known in read_.values():
        known["en"] = [known["en"]] if isinstance(known["en"], str) else known["en"]
    return read_
