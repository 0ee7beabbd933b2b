"""Frustration: how a conversation goes, from what the customer writes and how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from handoff.folding import as_typed, fold, has_chinese
from handoff.learned import reading
from handoff.learned.model import load
from handoff.lexicon import clauses, distinct, look_up
from handoff.observed import Signal, Turn

_DECAY = 0.6  # of a turn's mood that is left a message later
_RELIEF = 0.3  # of it that is left once an answer helped
_REJECTED = 0.35
_REPEATED = {2: 0.3, 3: 0.55}
_SHOUTED = 0.3
_MARKED = 0.25
_ALIKE = 0.6
_FURTHER = 0.5
_DISPLEASED = 0.25  # of what the trained model makes of a message: it is often wrong
_CALM = 0.12  # below this the model takes angry words for words about something else
_CALMED = 0.45
_LOOKED_BACK = 12  # messages: what is older has faded
_READ = 500  # characters of a message that are compared or searched for capitals
_SAME_MEANING = 0.8  # cosine of two English messages that ask the same

_SHOUT_WORD = re.compile(r"\b[A-Z]{2,}\b")
_WORD = re.compile(r"\b[A-Za-z]{2,}\b")
_MARKS = re.compile(r"[!?！？]{3,}")
_CODE = re.compile(r"\b[A-Z]{2,5}-?[A-Z0-9]*\d[A-Z0-9]*\b")
_FACES = re.compile(
    "[\U0001f620\U0001f621\U0001f92c\U0001f624\U0001f4a9\U0001f595\U0001f92e\U0001f44e]"
)
_TOKEN = re.compile(r"[a-z0-9]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_THANKS = re.compile(r"\b(?:thanks?(?: you)?(?! for nothing)|terima kasih|tq)\b|谢谢|多谢|感谢")
_EMPTY_WORDS = frozenset(
    """
    a ada again aku an and apa are ask asked asking at atau be been bila boleh but can could dah
    dan dengan dgn di did do does dont for get had has have hello hi how i im in ini is it its
    itu just ke kenapa know lagi macam mana me my nak need ni no not now of on or please saya
    still sudah sy tak tell that the this to tolong tu untuk want was were what when where why
    will with would yang yes yg you
    """.split()  # noqa: SIM905 - many words read better as text
)
_EMPTY_CHINESE = re.compile(
    "请问|什么时候|多久|几时|怎么|为什么|什么|还是|可以|一下|我|你|您|们|的|了|吗|呢|啊|吧|是|在|想|要|问|又|就|都|请"
)


@dataclass(frozen=True, slots=True)
class _Mood:
    score: float
    evidence: tuple[str, ...]


def frustration(turns: Sequence[Turn]) -> Signal:
    """How frustrated the customer is after the last of these turns, with what shows it.

    Words, capitals, repeated marks, repeats of a question and rejected answers add up within a
    turn, with what a trained model makes of it; what earlier turns showed fades, faster once an
    answer helped.
    """
    score = 0.0
    evidence: list[str] = []
    for number in range(max(1, len(turns) - _LOOKED_BACK + 1), len(turns) + 1):
        mood = _of_turn(turns[:number])
        helped = turns[number - 1].helpful is True
        score = 1 - (1 - score * (_RELIEF if helped else _DECAY)) * (1 - mood.score)
        evidence = [one for one in evidence if one not in mood.evidence]
        evidence.extend(mood.evidence)
    return Signal("frustration", round(score, 3), tuple(evidence[-4:]) if score else ())


def mood_course(turns: Sequence[Turn]) -> list[float]:
    """Frustration after each of the turns."""
    return [frustration(turns[:number]).strength for number in range(1, len(turns) + 1)]


def repeats(turns: Sequence[Turn]) -> Signal:
    """Whether the last turn asks again what an earlier one asked; evidence `repeats=times`.

    Words in common after folding, so it finds a question turned round, not one in all new words.
    """
    times = _times_asked(turns)
    if times < 2:
        return Signal("repeats", 0.0)
    return Signal("repeats", min(1.0, 0.2 + 0.3 * (times - 1)), (f"repeats={times}",))


def _of_turn(turns: Sequence[Turn]) -> _Mood:
    turn = turns[-1]
    parts: list[tuple[float, str]] = []
    prepared = clauses(turn.text)
    displeased = reading.displeasure(turn.text, turn.vector).probability
    hits = distinct(look_up("frustration", prepared), turn.text)[:3]
    # Angry words about the weather are no anger at us.
    trusted = _CALMED if displeased < _CALM else 1.0
    # Several angry words in one message are a little more than the angriest of them.
    for rank, hit in enumerate(hits):
        parts.append((trusted * hit.strength * (_FURTHER if rank else 1), hit.words))
    if displeased >= 0.5:
        parts.append((_DISPLEASED * displeased, "" if hits else _quoted(turn.text)))
    if _shouts(turn.text):
        parts.append((_SHOUTED, "capitals=1"))
    marks = _MARKS.search(turn.text)
    if marks:
        parts.append((_MARKED, f"marks={len(marks.group())}"))
    face = _FACES.search(turn.text)
    if face:
        parts.append((0.5, face.group()))
    times = _times_asked(turns)
    if times >= 2:
        parts.append((_REPEATED[min(times, 3)], f"repeats={times}"))
    if turn.helpful is False:
        parts.append((_REJECTED, f"rejected={sum(one.helpful is False for one in turns)}"))
    return _together(parts, thanked=_THANKS.search(prepared) is not None)


def _together(parts: Sequence[tuple[float, str]], *, thanked: bool) -> _Mood:
    calm = 1.0
    for strength, _ in parts:
        calm *= 1 - strength
    score = (1 - calm) * (0.8 if thanked else 1.0)
    return _Mood(score, tuple(words for _, words in parts if words))


def _quoted(text: str) -> str:
    told = load("displeasure").telling(text, most=1)
    return as_typed(told[0], text) if told else text[:40].strip()


def _shouts(text: str) -> bool:
    words = _WORD.findall(_CODE.sub(" ", text[:_READ]))
    loud = [word for word in words if _SHOUT_WORD.fullmatch(word)]
    return len(loud) >= 3 and len(loud) >= 0.7 * len(words)


def _times_asked(turns: Sequence[Turn]) -> int:
    if not turns:
        return 0
    last, content = turns[-1], _content(turns[-1].text)
    return 1 + sum(
        _alike(content, _content(turn.text)) or _same_meaning(last, turn) for turn in turns[:-1]
    )


def _same_meaning(one: Turn, other: Turn) -> bool:
    if one.vector is None or other.vector is None or len(one.vector) != len(other.vector):
        return False
    lengths = float(np.linalg.norm(one.vector) * np.linalg.norm(other.vector))
    return lengths > 0 and float(np.dot(one.vector, other.vector)) / lengths >= _SAME_MEANING


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if min(len(one), len(other)) < 2:  # a single word is asked again only when it is all there is
        return one == other and any(len(word) >= 5 for word in one)
    return len(one & other) / min(len(one), len(other)) >= _ALIKE


@lru_cache(maxsize=512)
def _content(text: str) -> frozenset[str]:
    folded = fold(text)[:_READ]
    words = {word[:5] for word in _TOKEN.findall(folded) if word not in _EMPTY_WORDS}
    if has_chinese(folded):
        for run in _CHINESE.findall(_EMPTY_CHINESE.sub(" ", folded)):
            words |= {run[at : at + 2] for at in range(max(1, len(run) - 1))}
    return frozenset(words)
