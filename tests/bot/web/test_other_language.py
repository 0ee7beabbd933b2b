"""Only another language has the article: every door says so in the question's, and offers it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import asking
from bot.answering import words
from bot.settings import load
from bot.storage.engine import Database
from tests.product import QUICK_BUILD, Product, copy_home, running

KITE, TIDE = "KITE-31", "TIDE-77"
ARTICLES = {
    ("kite-code", "en"): (
        "What code KITE-31 means",
        "Code KITE-31 means that your bank asked for a second password. Send it in five minutes.",
    ),
    ("tide-code", "zh-Hans"): (
        "代码 TIDE-77 是什么意思",
        "代码 TIDE-77 表示航班座位已满，我们会在一小时内改签到下一班。",
    ),
}
ASKED = [
    ("zh-Hans", "KITE-31 是什么意思", "en"),
    ("zh-Hant", "KITE-31 是什麼意思", "en"),
    ("ms", "apa maksud KITE-31", "en"),
    ("en", "what does TIDE-77 mean", "zh-Hans"),
    ("ms", "apa maksud TIDE-77", "zh-Hans"),
]
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(
    indexed_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """A help centre with one article in English alone, and one in Simplified Chinese alone."""
    home = copy_home(indexed_home, tmp_path_factory.mktemp("alone") / "home")
    async with running(home, settings=QUICK_BUILD) as it, it.rest() as rest:
        for (article, locale), (title, body) in ARTICLES.items():
            new = {"title": title, "body": body, "category": "payments", "publish": True}
            path = f"/api/admin/articles/{article}/{locale}"
            saved = await rest.put(path, json={**new, "base_version": None})
            assert saved.status_code == 200, saved.text
        await it.build(rest)
        yield it


@pytest.mark.parametrize(("locale", "question", "other"), ASKED)
async def test_a_chat_says_so_and_offers_it(
    product: Product, locale: str, question: str, other: str
) -> None:
    async with product.customer(locale) as customer:
        data = (await customer.ask(question))["data"]
    assert (data["decision"], data["language"], data["missing_language"]) == (
        "answer", locale, True,
    )  # fmt: skip
    assert data["text"].startswith(words.missing_language(locale, other))
    assert [one["locale"] for one in data["citations"]] == [other]


@pytest.mark.parametrize(("locale", "question", "other"), ASKED)
async def test_so_do_the_command_and_the_test_page(
    product: Product, locale: str, question: str, other: str
) -> None:
    said = words.missing_language(locale, other)
    async with product.rest() as rest:
        tried = await rest.get("/api/admin/ask", params={"q": question, "locale": locale})
    assert tried.json()["answer"].startswith(said)

    def command() -> str:
        settings = load(product.settings.home)
        database = Database(settings.database_path)
        try:
            found = asyncio.run(asking.ask(settings, database, question, locale))
        finally:
            database.close()
        return str(found["answer"])

    assert (await asyncio.to_thread(command)).startswith(said)


@pytest.mark.parametrize(("locale", "question", "other"), ASKED)
async def test_an_agent_finds_it_and_reads_what_the_customer_was_told(
    product: Product, locale: str, question: str, other: str
) -> None:
    async with product.rest("Aina") as rest:
        found = await rest.get("/api/console/search", params={"q": question, "locale": locale})
    assert found.json()[0]["locale"] == other
    async with product.customer(locale) as customer, product.agent() as agent:
        answer = await customer.ask(question)
        await agent.follow(customer.conversation or "")
        seen = await agent.event("bot.answered")
    assert seen["data"]["text"] == answer["data"]["text"]


async def test_what_every_language_has_is_not_called_foreign(product: Product) -> None:
    async with product.customer("ms") as customer:
        data = (await customer.ask("apa maksud kod PAY-402"))["data"]
    assert data["missing_language"] is False
    assert data["citations"][0]["locale"] == "ms"
