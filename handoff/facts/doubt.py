"""What stands in a message and is no fact about the customer: supposed, asked, taken back."""

from __future__ import annotations

import re

from handoff.facts.reading import Found, Reading

_SUPPOSED = re.compile(
    # "Check if RM 20 was charged" supposes nothing.
    r"(?<!check )(?<!see )(?<!know )(?<!sure )(?<!tell me )(?<!confirm )"
    r"\bif (?:i|we|my|it|someone)\b|"
    r"\bwould (?:it|i|we|that|you)\b|\bsuppose\b|\bwhat happens\b|"
    r"如果|假如|要是|万一|假设|倘若|(?<!semak )\bkalau\b|\bjika\b|\bsekiranya\b|\bandai",
    re.IGNORECASE,
)
_PRICE_ASKED = re.compile(
    r"\bis it (?:really|true|correct)\b|"
    r"\bis (?:that|this|the \w+) (?:really )?(?:$|\0|\W?[a-z]{0,3}\d)|"
    r"\bdo (?:i|we) (?:really )?(?:have|need) to pay\b|\bdoes it cost\b|\bhow much\b|"
    r"是不是|是否|会不会|要不要|[要会需][^,。]{0,12}吗|"
    r"\bbetul ?ke\b|\bberapa\b|\bke\s?\?|\bke$",
    re.IGNORECASE,
)
_MEANS_ASKED = re.compile(
    r"\b(?:do|can|could|may|will) (?:you|i|we)\b[^?]*\b(?:take|accept|pay|use|support)\b|"
    r"\bis \w+ accepted\b|(?:可以|能|支持|接受|收)[^,。]{0,12}(?:吗|么|嘛|\?)|能不能|可不可以|"
    r"\b(?:boleh|ada)\b[^.]*\b(?:bayar|guna|terima)\b[^.]*\?",
    re.IGNORECASE,
)
_BEFORE_THIS_CASE = re.compile(
    r"\blast (?:year|time)\b|去年|上次|\btahun (?:lepas|lalu)\b|\bkali lepas\b", re.IGNORECASE
)
_REPORTED = re.compile(r"\b(?:says?|tulis|shows?)\b|写|显示", re.IGNORECASE)
_DENIED = re.compile(
    r"(?:\b(?:not|isn't|isnt|wasn't|instead of|rather than|bukan(?:lah)?)\s+"
    r"(?:(?:the|my|for|from|on|at|a|no|pada|nombor)\s+){0,2}|(?:不是|并非|而非|不应该是|不该是)\s?)#?$",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^\W*(?:is|are|do|does|can|could|may|which|what)\b(?!.*\b(?:my|paid|used|charged)\b)|"
    r"\bi(?: would|'d) (?:like|prefer)\b",
    re.IGNORECASE | re.DOTALL,
)
_NOT_PAID = re.compile(
    r"(?:\b(?:didn'?t|did not|don'?t|do not|never|can'?t|cannot|tak|tidak)\b[^,.]{0,15}"
    r"|[没不][^,。]{0,6})$|"
    r"\b(?:get|order|apply for|send|want|need|request|mohon)\b[^,.]{0,20}$|[办申][^,。]{0,4}$",
    re.IGNORECASE,
)
"""A way to pay that was not used, or a card somebody only wants to have."""
_MEANT = re.compile(
    r"\bi mean\b|\bi meant\b|\btypo\b|\bcorrection\b|\bsorry\b|\bwrong number\b|"
    r"打错|写错|说错|更正|\bsilap\b|\bmaksud saya\b|\bsalah taip\b",
    re.IGNORECASE,
)
_WEIGHED = frozenset(("amount", "payment", "people"))


def denied(found: Found, reading: Reading) -> bool:
    """Whether the customer says that it is not this: `not 4521`, 不是4521, bukan 4521."""
    return _DENIED.search(reading.before(found.start)) is not None


def doubtful(found: Found, reading: Reading) -> bool:
    """Whether it is only supposed, asked about, told of others, or of an earlier time."""
    if found.kind not in _WEIGHED:
        return False
    if _in_sentence(found, reading, _SUPPOSED):
        return True
    if found.kind == "amount":
        return any(_in_sentence(found, reading, one) for one in (_PRICE_ASKED, _BEFORE_THIS_CASE))
    if found.kind == "payment":
        unused = _NOT_PAID.search(reading.before(found.start, 30)) is not None
        return unused or any(_in_sentence(found, reading, one) for one in (_MEANS_ASKED, _QUESTION))
    return _REPORTED.search(reading.before(found.start, 24)) is not None


def _in_sentence(found: Found, reading: Reading, pattern: re.Pattern[str]) -> bool:
    start, end = reading.sentence(found.start)
    key = (start, pattern.pattern)
    if key not in reading.verdicts:
        reading.verdicts[key] = pattern.search(reading.plain[start:end]) is not None
    return reading.verdicts[key]


def corrects(value: str, earlier: str, reading: Reading) -> bool:
    """Whether this message takes an earlier value back: near the same, and said to be meant."""
    if value == earlier or len(value) != len(earlier):
        return False
    if sum(a != b for a, b in zip(value, earlier, strict=True)) > 2:
        return False
    return _MEANT.search(reading.plain) is not None
