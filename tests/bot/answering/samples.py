"""Passages and evidence to answer from."""

from collections.abc import Sequence
from datetime import date

from retrieval.passages import Passage
from retrieval.search import Evidence, Found

STEPS = """Do this before you pay again:

1. Open **My trips** and look for the date you travel.
2. Count the bookings, such as `SP-7K2M4Q`.
3. Read [payment is pending](article:payments-pending)."""
TABLE = """| Fare | Cabin baggage |
| --- | --- |
| Basic | 7 kg |
| Flex | 30 kg |"""
HOLD = "Your bank releases the hold in 3–5 business days. E-wallets take 24 hours."
HOLD_HANT = "信用卡的預授權會在 3–5 個工作天內由銀行取消，電子錢包則為 24 小時。"
HOLD_HANS = "信用卡的预授权会在 3–5 个工作日内由银行取消，电子钱包则为 24 小时。"
HOLD_MS = "Bank anda akan melepaskan pegangan itu dalam masa 3–5 hari bekerja."


def passage(
    text: str = HOLD,
    *,
    article: str = "payments-charged-twice",
    locale: str = "en",
    heading: str = "When the hold is released",
    title: str = "I was charged twice",
    ordinal: int = 1,
) -> Passage:
    anchor = f"part-{ordinal}"
    return Passage(
        id=f"{article}.{locale}.{anchor}",
        article_id=article,
        locale=locale,
        title=title,
        heading=heading,
        anchor=anchor,
        text=text,
        category="payments",
        components=("payments",),
        updated=date(2026, 10, 14),
        audience="public",
        content_hash=str(hash(text)),
        ordinal=ordinal,
    )


def evidence(
    *passages: Passage,
    scores: Sequence[float] = (),
    language: str = "en",
    query: str = "question",
) -> Evidence:
    given = [*scores, *(1 - n / 10 for n in range(len(scores), len(passages)))]
    found = tuple(
        Found(one, score, score, score) for one, score in zip(passages, given, strict=True)
    )
    return Evidence(query, language, found, 0.9, "g1")
