"""Small words get small words back; anything more is a question."""

import pytest

from bot.courtesy import courtesy
from tests.product import Product

ON_SHARED = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Hi!", "greeting"),
        ("你好", "greeting"),
        ("請問在嗎？", "greeting"),
        ("selamat pagi", "greeting"),
        ("Thank you!!", "thanks"),
        ("謝謝您", "thanks"),
        ("好的，谢谢", "thanks"),
        ("terima kasih", "thanks"),
        ("yes please", "yes"),
        ("要", "yes"),
        ("boleh", "yes"),
        ("no thanks", "no"),
        ("不用了", "no"),
        ("tak nak", "no"),
        ("bye", "goodbye"),
        ("thanks, but where is my refund", None),
        ("hi, I was charged twice", None),
        ("不用信用卡可以付款吗", None),
        ("boleh refund tak", None),
        ("", None),
        ("👍", None),
    ],
)
def test_only_a_whole_message_is_a_courtesy(said: str, kind: str | None) -> None:
    assert courtesy(said) == kind


@ON_SHARED
async def test_a_greeting_and_thanks_are_no_failed_answers(shared: Product) -> None:
    async with shared.customer() as customer:
        hello = (await customer.ask("hi"))["data"]
        assert hello["decision"] == "courtesy"
        assert hello["options"], "after a greeting the bot shows what others ask"
        assert (await customer.ask("the payment went through twice"))["data"]["citations"]
        for _ in range(3):
            thanks = await customer.ask("thank you")
            assert thanks["data"]["decision"] == "courtesy"


@ON_SHARED
@pytest.mark.parametrize(
    ("locale", "unknown", "yes"),
    [
        ("en", "who won the football match", "yes please"),
        ("zh-Hans", "红烧肉怎么做好吃", "好的"),
        ("ms", "resepi nasi lemak macam mana", "boleh"),
    ],
)
async def test_a_yes_to_the_offer_of_a_person_calls_one(
    shared: Product, locale: str, unknown: str, yes: str
) -> None:
    async with shared.customer(locale) as customer:
        assert (await customer.ask(unknown))["data"]["offer_person"]
        called = await customer.ask(yes)
    assert (called["kind"], called["data"]["reason"]) == ("person.called", "asked_for_person")


@ON_SHARED
async def test_a_no_to_the_offer_calls_nobody(shared: Product) -> None:
    async with shared.customer() as customer:
        assert (await customer.ask("who won the football match"))["data"]["offer_person"]
        declined = await customer.ask("no thanks")
    assert declined["data"]["decision"] == "courtesy"
