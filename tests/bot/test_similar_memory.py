"""Earlier questions are found by meaning and words, in four languages; others are not shown."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.similar_memory import ALIKE, Kept, Memory
from retrieval.analysis import terms
from retrieval.embedding import PACKAGED, Embedder, load

# ruff: noqa: E501 - what customers write is not wrapped, and Chinese has its own marks
PAIRS: tuple[tuple[str, str, str], ...] = (
    ("en", "My luggage did not arrive on the carousel", "The suitcase I checked in never showed up"),
    ("en", "I was charged twice for one ticket", "There are two charges on my card for the same trip"),
    ("en", "The app says my password is wrong", "I cannot log in, it rejects my password"),
    ("en", "How do I add my baby to the booking?", "We want to bring our infant on the same booking"),
    ("en", "The voucher code is refused at checkout", "Checkout does not accept my voucher"),
    ("en", "I need an invoice with the company's name", "Can you send an invoice made out to my firm?"),
    ("zh-Hans", "我的行李没有到", "托运的行李箱一直没有出来，行李丢了"),
    ("zh-Hans", "同一张票扣了两次钱", "为什么一张票扣款两次"),
    ("zh-Hans", "登录时提示密码错误", "密码一直不对，登录不了"),
    ("zh-Hans", "优惠码结账时用不了", "结账输入优惠码显示无效"),
    ("zh-Hant", "我的行李沒有到", "託運的行李箱一直沒有出來，行李不見了"),
    ("zh-Hant", "同一張票扣了兩次錢", "為什麼一張票扣款兩次"),
    ("zh-Hant", "需要開公司抬頭的發票", "發票可以寫公司名稱嗎"),
    ("ms", "Bagasi saya tidak sampai", "Beg saya hilang, bagasi tak keluar di lapangan terbang"),
    ("ms", "Saya dicaj dua kali untuk satu tiket", "Kenapa kad saya kena caj dua kali bagi tiket sama?"),
    ("ms", "Kata laluan saya tidak diterima", "Tak boleh log masuk, kata laluan salah"),
    ("ms", "Kod baucar ditolak semasa bayaran", "Baucar saya tidak boleh guna masa bayar"),
)  # fmt: skip
OTHERS: tuple[tuple[str, str], ...] = (
    ("en", "Is there a gluten free meal on board?"),
    ("en", "Which gate does the bus to the hotel leave from?"),
    ("en", "Can I bring my guitar into the cabin?"),
    ("zh-Hans", "飞机上有素食吗？"),
    ("zh-Hans", "候机楼有儿童游乐区吗？"),
    ("zh-Hant", "機上有無線網路嗎？"),
    ("ms", "Ada makanan halal dalam penerbangan?"),
    ("ms", "Boleh bawa kucing ke dalam kabin?"),
)


@pytest.fixture(scope="module")
def embedder(model_home: Path) -> Embedder:
    return load(PACKAGED, model_home)


def kept(embedder: Embedder, name: str, language: str, text: str, **more: object) -> Kept:
    """One solved question as it is remembered."""
    values = {
        "conversation": name,
        "visitor": "v",
        "learned_at": datetime(2026, 1, 1, tzinfo=UTC),
        "language": language,
        "words": frozenset(terms(text, language)),
        "components": frozenset(),
        "vector": np.asarray(embedder.embed_query(text), np.float32),
    }
    return Kept(**(values | more))  # type: ignore[arg-type]


def found(memory: Memory, embedder: Embedder, language: str, text: str) -> list[str]:
    vector = np.asarray(embedder.embed_query(text), np.float32)
    return [one.conversation for one, _ in memory.like(text, language, vector, ())]


def test_the_same_in_other_words_is_found_and_the_unheard_of_is_not(embedder: Embedder) -> None:
    memory = Memory()
    memory.take([kept(embedder, str(n), one[0], one[1]) for n, one in enumerate(PAIRS)])
    first = [
        found(memory, embedder, language, asked)[:1] == [str(n)]
        for n, (language, _, asked) in enumerate(PAIRS)
    ]
    assert sum(first) >= len(PAIRS) - 1, first
    assert [text for language, text in OTHERS if found(memory, embedder, language, text)] == []


def test_a_newer_solution_replaces_the_older_and_an_empty_one_forgets_it(
    embedder: Embedder,
) -> None:
    memory = Memory()
    asked = "My luggage is lost"
    assert found(memory, embedder, "en", asked) == []
    memory.take([kept(embedder, "a", "en", "Where is my lost luggage")])
    assert found(memory, embedder, "en", asked) == ["a"]
    later = datetime(2026, 1, 2, tzinfo=UTC)
    memory.take([kept(embedder, "a", "en", "Which gate is it", learned_at=later)])
    assert found(memory, embedder, "en", asked) == []
    memory.take([kept(embedder, "a", "en", "Where is my lost luggage")])  # older: known better
    assert found(memory, embedder, "en", asked) == []
    much = datetime(2026, 1, 3, tzinfo=UTC)
    memory.take([kept(embedder, "a", "en", "", learned_at=much, vector=None)])
    assert found(memory, embedder, "en", "Which gate is it") == []
    assert memory.newest == much


def test_the_same_component_counts(embedder: Embedder) -> None:
    memory = Memory()
    memory.take([kept(embedder, "a", "en", "Card refused", components=frozenset(["payments"]))])
    vector = np.asarray(embedder.embed_query("Card refused"), np.float32)
    (plain,), (same,) = (
        memory.like("My card", "en", vector, parts) for parts in ((), ("payments",))
    )
    assert same[1] > plain[1] >= ALIKE
