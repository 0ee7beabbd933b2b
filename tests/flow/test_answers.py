"""A customer asks, and is answered from the help centre or told honestly that it is not there."""

import httpx
import pytest

from tests.product import Product

TWICE = {
    "en": "the payment went through twice",
    "zh-Hans": "钱被扣了两次",
    "zh-Hant": "信用卡被刷了兩次",
    "ms": "duit saya kena potong dua kali",
}


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
    async with httpx.AsyncClient(base_url=product.url, trust_env=False) as http:
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


async def test_several_messages_in_quick_succession_are_one_turn(product: Product) -> None:
    async with product.customer() as customer:
        first = await customer.say("hi")
        second = await customer.say("my card")
        third = await customer.say("was charged twice for one booking")
        answer = await customer.outcome(third["position"])
    positions = [first["position"], second["position"], third["position"]]
    assert answer["data"]["answers"] == positions
    assert answer["data"]["citations"][0]["article"] == "payments-charged-twice"


async def test_a_question_before_any_index_gets_an_honest_word(product: Product) -> None:
    product.parts.responder.index = _NoIndex()  # type: ignore[assignment]
    async with product.customer() as customer:
        answer = await customer.ask("the payment went through twice")
    assert answer["data"]["decision"] == "unsure"
    assert answer["data"]["offer_person"]


class _NoIndex:
    def search(self, *_: object, **__: object) -> None:
        from retrieval.errors import NoIndex

        raise NoIndex
