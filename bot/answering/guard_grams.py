"""A sentence as places in a fixed table: its runs of words, and each beside the words that turn it.

"Works again" says one thing after "once" and another after "yes", however many words stand between
them; so every word also counts together with each small word of its sentence that may turn it.
"""

import re
from functools import lru_cache
from itertools import pairwise

import mmh3
import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]

BITS = 18
_TURN = """
not never once when if until whether as before after yet still cannot no nobody none unless should
would will were was who how what that again now already by asked say says said tell told know
confirm promise wish early too usually last earlier another other you please also can us yourself
belum bila apabila jika kalau sehingga selagi sebelum selepas setelah sama tidak tak tiada sebaik
masih akan ke sudah dah telah kini lagi sekiranya adakah jangan bukan biasanya lepas lain kata
sendiri anda boleh tahu pasti terlalu
未 没 不 还 等 后 前 若 果 吗 否 仍 正 已 了 会 将 再 就 说 是 如 要 别 可 能 请 您 你 自
另 以 上 什 何 谁 无 才 只 我
"""
_TURNING = frozenset(_TURN.split())
_WORD = re.compile(r"[a-z][a-z']*|\d+(?:[.:]\d+)*|[\u3400-\u9fff]|[✅]")
_PART = re.compile(r"([,，;；。!！?？\n()（）]+|[.:：](?=\s|$|[^\x00-\x7f]))")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_STEM = 4
_RUNS = {False: 3, True: 4}
"""Words in the longest run; of Chinese, whose words are single characters here, one more."""


def places(sentence: str) -> Places:
    """The distinct places of a sentence that `plain` has made plain, in order."""
    words, clause, asks = _cut(sentence)
    found = [_runs(words), _stems(words), _turned(words, clause), *asks]
    raw: NDArray[np.uint64] = np.concatenate(found)
    spread = (raw * _MIX) >> np.uint64(64 - BITS)
    return np.unique(spread).astype(np.int64)


def _cut(sentence: str) -> tuple[list[str], list[int], list[NDArray[np.uint64]]]:
    """Its words, the clause that each stands in, and what it asks, apart from the words."""
    words, clause, asks = ["^"], [-1], []
    parts = _PART.split(sentence)
    for at in range(0, len(parts), 2):
        said = ["0" if word[0].isdigit() else word for word in _WORD.findall(parts[at])]
        if not said:
            continue
        asked = at + 1 < len(parts) and ("?" in parts[at + 1] or "？" in parts[at + 1])
        if asked:
            asks.append(_salted(np.concatenate([_pairs(_ids(said)), _ids(said)]), "?"))
            asks.append(_ids(["?", "?,"] if len(words) > 1 else ["?"]))
        words += said
        clause += [at] * len(said)
        if not asked:
            words.append(",")
            clause.append(at)
    if words[-1] == ",":
        words.pop()
        clause.pop()
    return [*words, "?$" if asks else "$"], [*clause, -1], asks


def _runs(words: list[str]) -> NDArray[np.uint64]:
    """Runs of one to three words, of four for Chinese, and pairs with any word between them."""
    ids, chinese = _ids(words), _chinese(words)
    found, run = [ids], ids
    for size in range(2, _RUNS[True] + 1):
        run = _joined(run[:-1], ids[size - 1 :])
        long = size > _RUNS[False]
        found.append(run[chinese[: len(run)]] if long else run)
    found.append(_salted(_joined(ids[:-2], ids[2:]), "~"))
    return np.concatenate(found)


def _stems(words: list[str]) -> NDArray[np.uint64]:
    """The beginnings and the ends of longer words: other forms of a word say much the same."""
    found = []
    for before, word in pairwise(words):
        if len(word) > _STEM:
            start = word[:_STEM]
            found += [f"p{start}", f"s{word[-_STEM:]}", f"{before} {start}"]
    return _ids(found)


def _turned(words: list[str], clause: list[int]) -> NDArray[np.uint64]:
    """Every word, and every pair of Chinese ones, beside each turning word: before it or after."""
    ids, chinese = _ids(words), _chinese(words)
    at = np.array([n for n, word in enumerate(words) if word in _TURNING], np.int64)
    others = np.array([n for n, word in enumerate(words) if word != ","], np.int64)
    if not len(at):
        return at.astype(np.uint64)
    clauses = np.array(clause)
    side = (others[None] < at[:, None]).astype(np.uint64) + np.uint64(2) * (
        clauses[others][None] != clauses[at][:, None]
    ).astype(np.uint64)
    turning = _joined(ids[at][:, None], side + np.uint64(11))
    single = _joined(turning, ids[others][None])[others[None] != at[:, None]]
    pairs = np.append(_pairs(ids), np.uint64(0))
    both = np.append(chinese[:-1] & chinese[1:], False)[others]
    double = _joined(turning[:, both], pairs[others][both][None])[
        (others[both][None] != at[:, None])
    ]
    return np.concatenate([single, double])


def _joined(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = (first * _MIX) ^ (second + (first >> np.uint64(29)))
    return mixed


def _pairs(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return _joined(ids[:-1], ids[1:])


def _salted(ids: NDArray[np.uint64], salt: str) -> NDArray[np.uint64]:
    return _joined(np.full(len(ids), _id(salt), np.uint64), ids)


def _chinese(words: list[str]) -> NDArray[np.bool_]:
    return np.array(["\u3400" <= word[0] <= "\u9fff" for word in words], bool)


def _ids(words: list[str]) -> NDArray[np.uint64]:
    return np.fromiter(map(_id, words), np.uint64, len(words))


@lru_cache(maxsize=20_000)
def _id(word: str) -> int:
    found: int = mmh3.hash64(word, signed=False)[0]
    return found
