"""A customer asks, and is answered from the help centre or told honestly that it is not there."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from tests.clients import WAIT
from tests.product import Product, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

TWICE = {
    "en": "the payment went through twice",
    "zh-Hans": "钱被扣了两次",
    "zh-Hant": "信用卡被刷了兩次",
    "ms": "kenapa bayaran dicaj dua kali",
}


@pytest.fixture
def product(shared: Product) -> Product:
    """One server for all of them: each customer here is a new one."""
    return shared


@pytest.mark.parametrize("locale", TWICE)
async def test_a_question_is_answered_in_its_language_from_the_right_article(
    product: Product, locale: str
) -> None:
    async with product.customer(locale) as customer:
        answer = await customer.ask(TWICE[locale])
    data = answer["data"]
    assert (answer["kind"], data["decision"]) == ("bot.answered", "answer")
    assert data["language"] == locale
    citation = data["citations"][0]
    assert (citation["article"], citation["locale"]) == ("payments-charged-twice", locale)
    assert "[1]" in data["text"]
    async with httpx.AsyncClient(base_url=product.url, trust_env=False, timeout=WAIT) as http:
        source = (await http.get(f"/api/passages/{citation['passage']}")).json()
        page = await http.get(citation["url"].partition("#")[0])
    assert citation["text"] in source["text"], "what is quoted stands in the source"
    assert page.status_code == 200
    assert f'id="{citation["url"].partition("#")[2]}"' in page.text


@pytest.mark.parametrize(
    ("locale", "question"),
    [
        ("en", "who won the football match yesterday"),
        ("zh-Hans", "红烧肉怎么做好吃"),
        ("zh-Hant", "比特幣現在多少錢"),
        ("ms", "resepi nasi lemak macam mana"),
    ],
)
async def test_what_no_article_covers_is_not_invented(
    product: Product, locale: str, question: str
) -> None:
    async with product.customer(locale) as customer:
        answer = await customer.ask(question)
        data = answer["data"]
        assert data["decision"] in ("unsure", "clarify")
        assert data["citations"] == []
        assert data["language"] == locale
        if data["decision"] == "unsure":
            assert data["offer_person"]
        again = await customer.ask(question + "?")
    assert again["kind"] == "person.called", "not knowing twice calls a person"
    assert again["data"]["reason"] in ("stuck", "unsure", "frustrated")


async def test_several_messages_in_quick_succession_are_one_turn(home: Path) -> None:
    for quiet in (2, 4, 8, 16, 32):
        async with running(home, settings={"turn": {"quiet": f"PT{quiet}S"}}) as product:
            if await _one_turn(product, within=quiet):
                return
    raise AssertionError("This machine is too slow to say three things in 32 seconds.")


async def _one_turn(product: Product, *, within: float) -> bool:
    """Say three things and check that they are answered together; False if it took too long."""
    async with product.customer() as customer:
        started = time.monotonic()
        said = []
        for text in ("hi", "my card", "was charged twice"):
            said.append(await customer.say(text))
            await asyncio.sleep(within / 8)  # time enough to answer each alone
        if time.monotonic() - started >= within:
            return False
        positions = [ack["position"] for ack in said]
        answer = await customer.outcome(positions[-1])
    assert answer["data"]["answers"] == positions
    assert answer["data"]["citations"][0]["article"] == "payments-charged-twice"
    return True


async def test_a_question_before_any_index_gets_an_honest_word(home: Path) -> None:
    async with running(home) as product, product.customer() as customer:
        product.parts.responder.index = _NoIndex()  # type: ignore[assignment]
        answer = await customer.ask("the payment went through twice")
    assert answer["data"]["decision"] == "unsure"
    assert answer["data"]["offer_person"]


class _NoIndex:
    def search(self, *_: object, **__: object) -> None:
        from retrieval.errors import NoIndex

        raise NoIndex
