"""Typing slips in the few words that matter."""

from __future__ import annotations

import re
from functools import lru_cache

_KEYS = (
    "agent", "human", "person", "people", "representative", "operator", "supervisor", "manager",
    "customer", "service", "support", "someone", "somebody", "anyone", "anybody", "speak",
    "connect", "transfer", "assistant", "escalate", "useless", "ridiculous", "terrible",
    "horrible", "manusia", "pelanggan", "khidmat", "pegawai", "bercakap", "sambungkan", "urgent",
    "robot",
)  # fmt: skip
# Real words that are one slip away from a key and mean something else.
_REAL = frozenset(
    """
    agents argent assistants connected connects costume costumes custom customers customs device
    escalated humane humans manage managed managers manages operate operated operators parson
    peak people peoples persona persons recent regent representatives robots roots services
    servile sneak speaks spear speck steak supervisors supported supporter supports transfers
    urgently useful
    """.split()  # noqa: SIM905 - many words read better as text
)
_SHORT = {
    "tlak": "talk", "takl": "talk", "tak;": "talk", "tlk": "talk", "spek": "speak",
    "speek": "speak", "spaek": "speak", "sm1": "someone", "some1": "someone", "sum1": "someone",
    "sb": "somebody", "smb": "somebody", "any1": "anyone", "ppl": "people", "persn": "person",
    "prson": "person", "hooman": "human", "humn": "human", "hmn": "human", "agt": "agent",
    "agnt": "agent", "agen": "agen", "rep": "rep", "reprsentative": "representative",
    "wanna": "want to", "gotta": "have to", "gimme": "give me", "lemme": "let me", "plz": "please",
    "pls": "please", "plis": "please", "plse": "please", "u": "you", "ur": "your", "wth": "with",
    "wit": "with", "custmer": "customer", "cust": "customer", "svc": "service", "srvice": "service",
}  # fmt: skip
_WORD = re.compile(r"[a-z][a-z0-9]*")


def corrected(text: str) -> str:
    """The text with slips in the key words mended and chat spellings written out."""
    return _WORD.sub(lambda found: _mended(found.group()), text)


@lru_cache(maxsize=8192)
def _mended(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    if len(word) < 5 or word in _KEYS or word in _REAL:
        return word
    for key in _KEYS:
        allowed = 2 if len(key) >= 12 else 1
        near = word[0] == key[0] and abs(len(word) - len(key)) <= allowed
        if near and _slips(word, key, allowed) <= allowed:
            return key
    return word


def _slips(word: str, key: str, limit: int) -> int:
    """Edits (change, drop, add, swap) between the two; not exact once they are over `limit`."""
    before: list[int] = []
    row = list(range(len(key) + 1))
    for i, letter in enumerate(word, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(key, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == key[j - 2] and word[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
