"""Conversations put into the log as a whole, for states that are rare or take long to come to."""

import json
from typing import Any

from playwright.async_api import Page

from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from tests.browser.people import TWICE, Widget
from tests.browser.stage import Stage
from tests.product import Product

REPLY = {
    "en": "Hello! The **second amount** is a hold:\n\n1. It is released by your bank.\n"
    "2. You need not do anything.\n\n| Day | Amount |\n|---|---|\n| 5 March | RM 1,250.50 |\n\n"
    "> It says `HOLD` there.\n\nMore in [the article](https://help.example/holds).",
    "zh-Hans": "您好！**第二笔**只是预授权：\n\n1. 银行会自动解除。\n2. 您不需要做任何事。\n\n"
    "| 日期 | 金额 |\n|---|---|\n| 3月5日 | RM 1,250.50 |\n\n> 那里写着 `HOLD`。\n\n"
    "详见[这篇文章](https://help.example/holds)。",
    "zh-Hant": "您好！**第二筆**只是預授權：\n\n1. 銀行會自動解除。\n2. 您不需要做任何事。\n\n"
    "| 日期 | 金額 |\n|---|---|\n| 3月5日 | RM 1,250.50 |\n\n> 那裡寫著 `HOLD`。\n\n"
    "詳見[這篇文章](https://help.example/holds)。",
    "ms": "Helo! **Amaun kedua** hanyalah tahanan sementara:\n\n1. Bank akan melepaskannya.\n"
    "2. Anda tidak perlu buat apa-apa.\n\n| Hari | Amaun |\n|---|---|\n| 5 Mac | RM 1,250.50 |\n\n"
    "> Tertulis `HOLD` di situ.\n\nLanjut dalam [artikel ini](https://help.example/holds).",
}
LONG = "pengesahan-pembayaran-antarabangsa-" * 6
AGENT = {"id": "nobody", "name": "Nurul Izzah binti Abdul Rahman"}
OTHER = {"id": "nobody-else", "name": "欧阳 Wei Ling"}


def said(text: str) -> NewEvent:
    """A message of the customer."""
    return NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": text, "client_id": "c"})


def of_agent(kind: str, **data: Any) -> NewEvent:
    """What an agent did."""
    return NewEvent(kind, e.agent_sender(AGENT["id"]), {"agent": AGENT} | data)


def answered(like: dict[str, Any], **changed: Any) -> NewEvent:
    """An answer of the bot like this one, but for what is changed."""
    return NewEvent(e.BOT_ANSWERED, e.BOT, like | changed)


async def answer_data(product: Product, locale: str) -> dict[str, Any]:
    """What a real answer in this language holds."""
    async with product.customer(locale) as customer:
        found: dict[str, Any] = (await customer.ask(TWICE[locale]))["data"]
    assert found["citations"], found
    return found


async def conversation(product: Product, locale: str, *events: NewEvent) -> str:
    """Put this into the log, as one visitor's conversation; gives the visitor's token."""
    async with product.customer(locale) as customer:
        welcome = next(one for one in customer.frames if one["type"] == "welcome")
    now = product.clock()

    def work(tx: Any) -> None:
        state = log.start(
            tx, visitor_id=welcome["visitor"], channel="widget", locale=locale, page=None, now=now
        )
        log.append(tx, state, events, now=now)

    await product.parts.database.write(work)
    token: str = welcome["token"]
    return token


async def shown(
    product: Product, stage: Stage, locale: str, token: str, *, is_open: bool = True
) -> Widget:
    """The demo page in the browser of the visitor with this token."""
    context = await stage.context()
    page: Page = await context.new_page()
    kept = json.dumps({"token": token, "open": is_open, "locale": locale})
    await page.add_init_script(
        f"localStorage.getItem('handrail') || localStorage.setItem('handrail', {kept!r})"
    )
    await page.goto(f"{product.url}/demo?lang={locale}")
    return Widget(page)
