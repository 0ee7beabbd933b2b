"""After the news: does it work again, a person if not, and no more news for who wants none."""

import asyncio
from typing import Any

import httpx
import pytest

from bot.answering import words
from bot.company import LANGUAGES
from bot.conversation.tables import follows
from tests.clients import CustomerClient
from tests.product import Product

PAYING = {
    "en": "I can't pay with my card",
    "zh-Hans": "刷卡支付不了怎么办",
    "zh-Hant": "刷卡付款一直失敗",
    "ms": "tak boleh bayar guna kad",
}
ENOUGH = {
    "en": "Stop telling me",
    "zh-Hans": "不用再通知我了",
    "zh-Hant": "不用再通知我了。",
    "ms": "jangan beritahu lagi",
}
INCIDENT = "sample-payments"


@pytest.fixture
async def declared(product: Product) -> Product:
    async with product.rest() as rest:
        answer = await rest.post(f"/api/admin/incidents/{INCIDENT}/declare")
        assert answer.status_code == 200, answer.text
    return product


async def _update(rest: httpx.AsyncClient, status: str, text: str) -> None:
    body: dict[str, Any] = {"status": status, "text": {"en": text}}
    answer = await rest.post(f"/api/admin/incidents/{INCIDENT}/updates", json=body)
    assert answer.status_code == 200, answer.text


async def _over(product: Product, customer: CustomerClient) -> dict[str, Any]:
    """The end, as the customer is told it."""
    async with product.rest() as rest:
        await _update(rest, "resolved", "Cards are accepted.")
    return await customer.event("incident.told", status="resolved")


async def _followed(product: Product, conversation: str) -> int:
    query = follows.select().where(follows.c.conversation_id == conversation)
    return len(await product.parts.database.read(lambda tx: tx.execute(query).all()))


async def test_it_works_again_settles_the_matter(declared: Product) -> None:
    """The button, a plain yes, and the words people use instead."""
    said = {"en": "yes", "zh-Hans": "可以了", "zh-Hant": "可以了，恢復正常了", "ms": "dah ok"}
    async with (
        declared.customer("en", page="https://shop.example.com/book?ferry=7") as english,
        declared.customer("zh-Hans", page="https://shop.example.com/") as simplified,
        declared.customer("zh-Hant") as traditional,
        declared.customer("ms") as malay,
    ):
        customers = dict(zip(LANGUAGES, (english, simplified, traditional, malay), strict=True))
        for locale, customer in customers.items():
            await customer.ask(PAYING[locale])
        await _over(declared, english)
        for locale, customer in customers.items():
            told = await customer.event("incident.told", status="resolved")
            assert len(told["data"]["options"]) == 2
            answer = await customer.ask(said[locale])
            assert answer["data"]["text"] == words.after_the_end("thanked", locale)
            done = await customer.event("conversation.resolved")
            assert done["data"] == {"by": None, "reason": "resolved"}
        await _finished(declared, english)
    assert declared.breaches() == []


async def _finished(product: Product, customer: CustomerClient) -> None:
    """The page says that what was interrupted is done: kept once, and counted."""
    page = "https://shop.example.com/book?ferry=7"
    frame = {"type": "completed", "id": "done-1", "page": page}
    first = await customer.answer_to(frame)
    again = await customer.answer_to(frame)
    assert (again["position"], again["type"]) == (first["position"], "ack")
    later = await customer.answer_to(frame | {"id": "done-2"})
    assert later["position"] == first["position"], "the page was loaded again"
    known = await product.log_of(customer.conversation or "")
    assert [one.data for one in known if one.kind == "task.completed"] == [{"page": page}]
    async with product.rest() as rest:
        answer = await rest.get(f"/api/admin/incidents/{INCIDENT}/figures")
        assert answer.json()["unfinished"] == {"reported": 2, "completed": 1}, answer.text
        review = await rest.get(f"/api/admin/incidents/{INCIDENT}/review.md")
    assert "| Asked from a page of ours, and completed there later | 2, 1 |" in review.text


async def test_it_does_not_work_calls_a_person_who_knows_the_incident(declared: Product) -> None:
    async with (
        declared.agent("Aina") as agent,
        declared.customer("en", page="https://elsewhere.example/pay") as customer,
        declared.customer("ms") as malay,
    ):
        await customer.ask(PAYING["en"])
        await malay.ask(PAYING["ms"])
        told = await _over(declared, customer)
        assert told["data"]["page"] is None, "no page of a site that is not ours is linked"
        pressed = told["data"]["options"][1]["text"]
        called = await customer.ask(pressed)
        assert called["kind"] == "person.called"
        assert called["data"]["reason"] == "stuck"
        await malay.event("incident.told", status="resolved")
        assert (await malay.ask("masih tak boleh"))["kind"] == "person.called"
        dossier = await agent.follow(customer.conversation or "")
        assert dossier["incident"] == INCIDENT
        assert told["data"]["title"] in str(dossier["evidence"])
        assert pressed in str(dossier["evidence"])


async def test_nobody_there_is_said_and_a_no_elsewhere_means_nothing(declared: Product) -> None:
    async with declared.customer("en") as customer:
        early = await customer.ask("no")
        assert early["data"]["decision"] == "courtesy"
        await customer.ask(PAYING["en"])
        assert (await customer.ask("no"))["data"]["decision"] == "courtesy", "it is not over yet"
        await _over(declared, customer)
        called = await customer.ask("no")
    assert called["kind"] == "person.called"
    assert "nobody" in called["data"]["text"].lower() or "no one" in called["data"]["text"].lower()


async def test_no_more_news_in_four_languages_until_asked_again(declared: Product) -> None:
    async with (
        declared.rest() as rest,
        declared.customer("en") as english,
        declared.customer("zh-Hans") as simplified,
        declared.customer("zh-Hant") as traditional,
        declared.customer("ms") as malay,
    ):
        customers = dict(zip(LANGUAGES, (english, simplified, traditional, malay), strict=True))
        for locale, customer in customers.items():
            await customer.ask(PAYING[locale])
            answer = await customer.ask(ENOUGH[locale])
            title = answer["data"]["text"]
            assert title[:6] == words.after_the_end("muted", locale, title="")[:6], title
            assert await _followed(declared, customer.conversation or "") == 0
        await malay.ask(PAYING["ms"])
        await _update(rest, "identified", "A cable.")
        await malay.event("incident.told", status="identified")
        await _settled(declared)
        for locale, customer in customers.items():
            log = await declared.log_of(customer.conversation or "")
            told = [one for one in log if one.kind == "incident.told"]
            assert len(told) == (locale == "ms"), locale


async def test_the_button_ends_the_news_once(declared: Product) -> None:
    async with declared.rest() as rest, declared.customer("en") as customer:
        frame = {"type": "mute", "id": "m-1", "incident": INCIDENT}
        assert (await customer.answer_to(frame))["code"] == "not_found"
        await customer.ask(PAYING["en"])
        wrong = await customer.answer_to(frame | {"incident": "nothing"})
        assert wrong["code"] == "not_found"
        first = await customer.answer_to(frame)
        again = await customer.answer_to(frame)
        assert (first["type"], first["position"]) == ("ack", again["position"])
        muted = await customer.event("incident.muted")
        assert muted["data"]["incident"] == INCIDENT
        assert muted["data"]["title"] in muted["data"]["text"]
        await _update(rest, "identified", "A cable.")
        await _settled(declared)
        log = await declared.log_of(customer.conversation or "")
        assert [one.kind for one in log].count("incident.told") == 0
        assert [one.kind for one in log].count("incident.muted") == 1
    assert declared.breaches() == []


async def test_the_page_of_the_question_is_given_back(declared: Product) -> None:
    site = "https://shop.example.com"
    settings = declared.parts.settings.web
    object.__setattr__(settings, "allowed_origins", (site,))
    async with declared.customer("en", page=f"{site}/start") as customer:
        await customer.ask("how much luggage can I take on the ferry")
        token = customer.token
    async with declared.customer("en", token=token, page=f"{site}/book?ferry=7") as customer:
        await customer.ask(PAYING["en"])
    async with declared.customer("en", token=token, page=f"{site}/other") as customer:
        await customer.ask("thanks")
        told = await _over(declared, customer)
        assert told["data"]["page"] == f"{site}/book?ferry=7"
        assert f"({site}/book?ferry=7)" in told["data"]["text"]


async def _settled(product: Product) -> None:
    """Everything that is to be told is told."""
    clock = product.parts.clock
    async with asyncio.timeout(120):
        await clock.tick()
        while await product.parts.database.read(clock._untold):
            await clock.tick()
