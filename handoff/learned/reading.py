"""A message read by the packaged models: asks for a person, angry, abusive."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from handoff.folding import fold, has_chinese
from handoff.learned.model import Scored, TextModel, load
from handoff.lexicon import clauses, look_up, looks_alike
from handoff.observed import Vector

Read = Callable[[str], TextModel]
"""Gives the model of a name: the packaged one, or while training the one just made."""

_STORY = 40
"""Characters from which a message is also read sentence by sentence."""
_SENTENCES = 2
_REFUSED = 0.8
_SPAN = 120  # characters of a sentence that are read
_SHORTEST = 5
_SENTENCE = re.compile(r"[.!?;,。！？；，…\n]+\s*")
_THANKS = re.compile(
    r"\b(?:thanks?|thank you|thx|ty|ta|cheers|great|perfect|nice|lovely|awesome|cool|works|worked"
    r"|solved|got it|found it|clear|good|ok|okay|alright|understood|super|terima kasih|tq|tqvm|tima"
    r"|terbaik|bagus|mantap|baik|okey|dah ok|settle|jumpa dah|berjaya|faham|orait"
    r"|haha\w*|hehe\w*)\b"
    r"|谢|感谢|多谢|唔该|太好|明白|懂了|知道了|收到|好的|好滴|好嘞|可以了|搞定|解决了|成功|厉害|赞|棒"
    r"|哈哈|辛苦"
    r"|[👍🙏😊😄🙂❤👌]"
)
_QUESTION = re.compile(
    r"[?？]|\b(?:how|what|when|where|which|who|why|can|could|do|does|is|are|may|will|would"
    r"|macam mana|mcm mana|camne|bila|mana|siapa|berapa|kenapa|apa|boleh|ada|ke|tak)\b"
    r"|吗|么|呢|怎|几|多少|哪|谁|什么|能不能|可以|有没有|是不是|点样|边|咩|冇"
)
_MARKS = re.compile(r"[!?！？]{2,}")
_LOUD = re.compile(r"\b[A-Z]{3,}\b")
_CROSS = re.compile(
    "[\U0001f620\U0001f621\U0001f92c\U0001f624\U0001f4a9\U0001f595\U0001f92e\U0001f44e\U0001f644]"
)


def asking(text: str, vector: Vector | None = None) -> Scored:
    """How likely the message asks for a person; `vector` as for TextModel.score.

    Where the lists see a refusal and no wish, the model must be surer.
    """
    found = plainest(load("asking"), text, vector)
    if not asking_signals(text)["masked"]:
        return found
    return replace(found, probability=found.probability * _REFUSED)


def anger(text: str, vector: Vector | None = None, read: Read = load) -> Scored:
    """How likely the writer is angry or annoyed; a post about the world counts as well."""
    name = "anger_zh" if has_chinese(text) else "anger"
    return read(name).score(text, vector, anger_signals(text))


def abuse(text: str, vector: Vector | None = None) -> Scored:
    """How likely the message abuses whoever reads it; anger about the product is no abuse."""
    return load("abuse").score(text, vector, abuse_signals(text))


def urgency(text: str, vector: Vector | None = None) -> Scored:
    """How likely harm is happening to the writer, or hours away."""
    return load("urgency").score(text, vector, urgency_signals(text))


def displeasure(text: str, vector: Vector | None = None) -> Scored:
    """How likely the writer is displeased with the company, the product or the bot."""
    return load("displeasure").score(text, vector, displeasure_signals(text))


def thanks(text: str) -> bool:
    """Whether the message thanks, praises or says that all is well, in any of the languages."""
    return _THANKS.search(fold(text)) is not None


def asks_something(text: str) -> bool:
    """Whether the message asks a question, with or without its mark."""
    return _QUESTION.search(fold(text)) is not None


def plainest(model: TextModel, text: str, vector: Vector | None) -> Scored:
    """What the message or any one of its last sentences asks most plainly, by a model of asking.

    At the end of a long story one short sentence says what is wanted; over the whole it is lost.
    """
    found = [model.score(text, vector, asking_signals(text))]
    if len(text) > _STORY:
        found += [model.score(one, None, asking_signals(one)) for one in sentences(text)]
    return max(found, key=lambda one: one.probability)


def sentences(text: str) -> list[str]:
    """The last few clauses of a message: what is wanted mostly stands there."""
    parts = [part.strip() for part in _SENTENCE.split(text)]
    return [part[-_SPAN:] for part in parts if len(part) >= _SHORTEST][-_SENTENCES:]


def asking_signals(text: str) -> Mapping[str, float]:
    """What the lists of words say about asking for a person."""
    prepared = clauses(text)
    hits = look_up("asking", prepared)
    return {
        "masked": float(not hits and looks_alike("asking", prepared)),
        "lexicon": hits[0].strength if hits else 0.0,
        "clear": float(bool(hits) and hits[0].strength >= 0.9),
        "more": float(len(hits) > 1),
    }


def anger_signals(text: str) -> Mapping[str, float]:
    """What the lists of words and the look of the message say about anger."""
    prepared = clauses(text)
    cross = look_up("frustration", prepared)
    rude = look_up("abuse", prepared)
    return {
        "lexicon": cross[0].strength if cross else 0.0,
        "more": min(3.0, len(cross)),
        "abuse": rude[0].strength if rude else 0.0,
        "marks": float(_MARKS.search(text) is not None),
        "capitals": min(3.0, len(_LOUD.findall(text))),
        "face": float(_CROSS.search(text) is not None),
    }


def urgency_signals(text: str) -> Mapping[str, float]:
    """What the lists of words say about urgency."""
    prepared = clauses(text)
    hits = look_up("urgency", prepared)
    return {
        "masked": float(not hits and looks_alike("urgency", prepared)),
        "lexicon": hits[0].strength if hits else 0.0,
        "clear": float(bool(hits) and hits[0].strength >= 0.9),
        "marks": float(_MARKS.search(text) is not None),
    }


def displeasure_signals(text: str, read: Read = load) -> Mapping[str, float]:
    """As for anger, with what the model of anger makes of it."""
    return {**anger_signals(text), "anger": anger(text, read=read).probability}


def abuse_signals(text: str) -> Mapping[str, float]:
    """What the lists of words say about abuse."""
    prepared = clauses(text)
    rude = look_up("abuse", prepared)
    cross = look_up("frustration", prepared)
    return {
        "lexicon": rude[0].strength if rude else 0.0,
        "clear": float(bool(rude) and rude[0].strength >= 0.8),
        "more": min(3.0, len(rude)),
        "frustration": cross[0].strength if cross else 0.0,
    }
