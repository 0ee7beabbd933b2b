"""The words of each language and how strong they are, read from the YAML files beside this one.

A file has `slots` (parts of patterns, used as `{name}`), `mask` (what only looks like a hit and is
taken out first) and `find` (lists of patterns by strength). Patterns are regular expressions over
text prepared by `clauses`; Latin ones match whole words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from handoff.folding import as_typed, fold, has_chinese
from handoff.lexicon.spelling import corrected

_LONGEST = 500
_STOP = re.compile(
    r"[.:]+(?![a-z0-9])|[!?;…。、|]+|,(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[,:.]"
    # A "no" that stands alone answers what was said before; it refuses nothing that follows.
    r"|(?:(?<=\bno)|(?<=\bnope)|(?<=\bbukan)|(?<=\btidak)|(?<=\btak)),"
)
_SILENT = re.compile(r"['\"]")
_NOISE = re.compile(r"[^\w\s|]|_")
_RUN = re.compile(r"([a-z])\1{2,}")
_AGAIN = re.compile(r"\b(\w{3,})(?: \1\b){2,}")
_CHINESE_GAP = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\w])|(?<=[\w]) +(?=[\u3400-\u9fff])")
_SLOT = re.compile(r"\{(\w+)\}")
_GONE = " ~ "
_LATIN = re.compile("[a-z]")


@dataclass(frozen=True, slots=True)
class Hit:
    """Words that were found, as folded, and how strong they are."""

    strength: float
    words: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The patterns of one subject in one language."""

    chinese: bool
    mask: tuple[re.Pattern[str], ...]
    find: tuple[tuple[float, re.Pattern[str]], ...]

    def may_hit(self, prepared: str) -> bool:
        """Whether the text has letters of this language's script at all."""
        return has_chinese(prepared) if self.chinese else _LATIN.search(prepared) is not None

    def unmasked(self, prepared: str) -> str:
        """The text without what only looks like a hit."""
        for pattern in self.mask:
            prepared = pattern.sub(_GONE, prepared)
        return prepared

    def hits(self, prepared: str) -> list[Hit]:
        """Everything that is found, strongest first."""
        found = [
            Hit(strength, match.group().strip(" |"))
            for strength, pattern in self.find
            for match in pattern.finditer(prepared)
        ]
        return sorted(found, key=lambda hit: -hit.strength)


@lru_cache(maxsize=256)
def clauses(text: str) -> str:
    """The text folded for matching: no punctuation, clauses parted by `|`, typing slips mended."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} | {text[-_LONGEST // 2 :]}"
    plain = _SILENT.sub("", _STOP.sub(" | ", fold(text)))
    plain = _RUN.sub(r"\1", _NOISE.sub(" ", plain))
    plain = corrected(_AGAIN.sub(r"\1", " ".join(plain.split())))  # "agent agent agent" is one
    return _CHINESE_GAP.sub("", plain) if has_chinese(plain) else plain


def distinct(hits: Sequence[Hit], text: str) -> list[Hit]:
    """The hits as typed, strongest first; of those inside one another the longest words."""
    kept: list[Hit] = []
    for hit in hits:
        inside = next((one for one in kept if hit.words in one.words), None)
        around = next((one for one in kept if one.words in hit.words), None)
        if around is not None:
            kept[kept.index(around)] = Hit(around.strength, hit.words)
        elif inside is None:
            kept.append(hit)
    return [Hit(hit.strength, as_typed(hit.words, text)) for hit in kept]


@cache
def lexicons(subject: str) -> tuple[Lexicon, ...]:
    """The lexicons of a subject in every language: customers mix them in one message."""
    files = sorted(Path(__file__).parent.glob(f"{subject}.*.yaml"))
    return tuple(
        _read(
            yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader),
            chinese=".zh." in path.name,
        )
        for path in files
    )


def look_up(subject: str, prepared: str) -> list[Hit]:
    """What the subject's lexicons find in prepared text, strongest first.

    Each language's masks count for all: a refusal in one must not be a hit in another.
    """
    return list(_looked_up(subject, prepared))


def looks_alike(subject: str, prepared: str) -> bool:
    """Whether prepared text holds what only looks like a hit: a refusal, people of others."""
    return any(lexicon.unmasked(prepared) != prepared for lexicon in _likely(subject, prepared))


@lru_cache(maxsize=1024)
def _looked_up(subject: str, prepared: str) -> tuple[Hit, ...]:
    likely = _likely(subject, prepared)
    for lexicon in likely:
        prepared = lexicon.unmasked(prepared)
    found = [hit for lexicon in likely for hit in lexicon.hits(prepared)]
    return tuple(sorted(found, key=lambda hit: -hit.strength))


def _likely(subject: str, prepared: str) -> list[Lexicon]:
    return [lexicon for lexicon in lexicons(subject) if lexicon.may_hit(prepared)]


def _read(raw: dict[str, Any], *, chinese: bool) -> Lexicon:
    slots: dict[str, str] = {}
    for name, body in raw.get("slots", {}).items():
        slots[name] = f"(?:{_filled(_joined(body), slots)})"
    mask = tuple(_compiled(one, slots) for one in raw.get("mask", ()))
    find = tuple(
        (float(strength), _compiled(one, slots))
        for strength, patterns in raw.get("find", {}).items()
        for one in patterns
    )
    return Lexicon(chinese, mask, find)


def _joined(body: str | list[str]) -> str:
    return "|".join(body) if isinstance(body, list) else body


def _filled(pattern: str, slots: dict[str, str]) -> str:
    return _SLOT.sub(lambda found: slots.get(found.group(1), found.group()), pattern)


def _compiled(pattern: str, slots: dict[str, str]) -> re.Pattern[str]:
    filled = _filled(pattern, slots)
    # `[[` and `]]` are the edges of a clause; elsewhere Latin words must not be cut.
    filled = filled.replace("[[", r"(?:^|\| )").replace("]]", r"(?= \||$)")
    return re.compile(rf"(?<![a-z0-9])(?:{filled})(?![a-z0-9])")
