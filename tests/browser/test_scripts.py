"""Over three hundred ways to put a script into a text, in every place where somebody can write.

Many go into one text; HANDRAIL_TEST_ALL=1 says each in a message of its own, and has a customer
for every twenty of them.
"""

import json
import os
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import yaml
from playwright.async_api import Page, expect

from handoff import agents
from tests.bot.web.attached import Sender, picture, say
from tests.browser import payloads
from tests.browser.people import Console, Widget, text
from tests.browser.stage import Stage
from tests.clients import AgentClient, CustomerClient
from tests.product import QUICK_BUILD, Product, running
from tests.signing import IDENTITY, token

EVERYTHING = os.environ.get("HANDRAIL_TEST_ALL") == "1"
NAME = "<img src=x onerror=pwn()>"
QUESTION = "where do I send the zebra crossing form Q-99"
_FOUND = """() => {
    const within = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
        [element, ...(element.shadowRoot ? within(element.shadowRoot) : [])]);
    // An address that cannot be read has no protocol, and leads nowhere.
    const safe = (link) => /^(https?|mailto|tel|blob|):$/.test(link.protocol);
    const bad = "body script:not([src^='/']):not([src*='/widget.js']), iframe, frame, object,"
        + "embed, applet, portal, fencedframe, base, template, math, marquee, audio, video, track,"
        + "picture, body style, body link, meta[http-equiv], [srcdoc],"
        + "img:not([src^='blob:'], [src^='/api/attachments/']),"
        + "[formaction], [background], [ping], svg :is(image, use, animate, set, feImage),"
        + "foreignObject, form[action]:not([action^='/help/'])";
    const acts = (e) => [...e.attributes].some((one) => one.name.toLowerCase().startsWith("on"));
    const loads = (e) => /url\\(|expression|image-set/i.test(e.getAttribute("style") ?? "");
    const wrong = (e) => e.matches(bad) || acts(e) || loads(e)
        || (e.localName === "a" && e.hasAttribute("href") && !safe(e));
    return within(document).filter(wrong).map((e) => e.outerHTML.slice(0, 300))
        .concat(window.pwned ? ["ran"] : [])
        .concat("pwned" in {} ? ["changed what every object has"] : []);
}"""
_TRAP = "window.pwn = () => { window.pwned = true; alert('ran'); };"


async def test_nothing_written_by_anybody_runs(home: Path, stage: Stage) -> None:
    _company(home)
    async with running(home, settings=QUICK_BUILD | {"identity": IDENTITY}) as product:
        await _named(product, NAME)
        async with product.rest() as rest:
            await _publish(rest)
            await _declare(rest)
            await _reply_and_team(rest)
            await product.build(rest)
        async with AsyncExitStack() as open_:
            customer = await open_.enter_async_context(
                product.customer(page=f"javascript:pwn()//{NAME}", page_title=NAME)
            )
            agent = await open_.enter_async_context(product.agent(NAME))
            await _talk(product, customer, agent)
            for number in range(_pages_of_people()):
                signed = _signed(product, number)
                attack = payloads.sample(1000)[number % 19]
                other = product.customer(identity=signed, page=attack, page_title=attack)
                await (await open_.enter_async_context(other)).person()
            await _chat(product, stage, customer)
            await _help_pages(product, stage)
            await _console(product, stage)
            await _admin(product, stage)
            await stage.close()


async def _harmless(stage: Stage, page: Page, name: str) -> None:
    await stage.shot(page, name)
    assert await page.evaluate(_FOUND) == [], name


def _pages_of_people() -> int:
    return len(payloads.lines(200)) // 20 + 1 if EVERYTHING else 1


def _company(home: Path) -> None:
    """A company whose own name, greeting, suggestions and categories attack."""
    file = home / "company.yaml"
    company = yaml.safe_load(file.read_text(encoding="utf-8"))
    every = payloads.sample(200)
    company |= {"name": NAME, "greeting": {"en": "\n".join(every)}, "suggestions": {"en": every}}
    file.write_text(yaml.safe_dump(company, allow_unicode=True), encoding="utf-8")
    file = home / "categories.yaml"
    categories = yaml.safe_load(file.read_text(encoding="utf-8"))
    for number, category in enumerate(categories):
        category["name"] = {"en": every[number % len(every)]}
    file.write_text(yaml.safe_dump(categories, allow_unicode=True), encoding="utf-8")


async def _named(product: Product, name: str) -> None:
    now = product.clock()
    await product.parts.database.write(lambda tx: agents.add(tx, name, "agent", ["en"], now))


async def _publish(rest: Any) -> None:
    """An article whose every field attacks: each payload as a paragraph, and as a step."""
    address = "/api/admin/articles/payments-charged-twice/en"
    article = (await rest.get(address)).json()
    steps = "\n".join(f"{number}. {one}" for number, one in enumerate(payloads.lines(4000), 1))
    body = {
        "title": f"Zebra crossing form Q-99 {NAME}",
        "category": article["category"],
        "subcategory": article["subcategory"],
        "components": article["components"],
        "questions": [QUESTION, *payloads.sample(300)],
        "body": "Send the zebra crossing form Q-99 to us.\n\n## Steps\n\n" + steps + "\n\n"
        + "## All\n\n" + "\n\n".join(payloads.everything()),
        "publish": True,
        "base_version": article["version"],
    }  # fmt: skip
    saved = await rest.put(address, json=body)
    assert saved.status_code == 200, saved.text


async def _declare(rest: Any) -> None:
    packs = [*payloads.packs(3900)]
    body = {
        "title": {"en": f"Broken {NAME}"},
        "components": ["payments"],
        "severity": "major",
        "status": "investigating",
        "next_update_minutes": 30,
        "text": {"en": packs[0]},
        "workaround": {"en": packs[1]},
    }
    answer = await rest.post("/api/admin/incidents", json=body)
    assert answer.status_code in (200, 201), answer.text
    incident = answer.json()["id"]
    for pack in packs[2:]:
        update = {"status": "investigating", "text": {"en": pack}, "next_update_minutes": 30}
        told = await rest.post(f"/api/admin/incidents/{incident}/updates", json=update)
        assert told.status_code == 200, told.text


async def _reply_and_team(rest: Any) -> None:
    plain = [pack for pack in payloads.packs(3900) if not re.search(r"\{[^{}\n]{0,40}\}", pack)]
    for number, pack in enumerate(plain):
        name = payloads.sample(120)[number % 19]
        new = {"category": payloads.sample(80)[number % 19], "name": name, "texts": {"en": pack}}
        assert (await rest.post("/api/admin/replies", json=new)).status_code == 200
    team = {"name": NAME, "languages": ["en"], "members": []}
    assert (await rest.post("/api/admin/teams", json=team)).status_code == 200


def _signed(product: Product, number: int) -> str:
    """A token whose every claim attacks; all these tokens together hold every payload."""
    every, short = payloads.lines(200), payloads.sample(60)
    some = every[number * 20 :][:19] if EVERYTHING else payloads.sample(200)
    names = [short[(number + place) % len(short)] for place in range(len(some))]
    attributes = dict(zip(dict.fromkeys(names), some, strict=False))
    name = every[number * 7 % len(every)]
    return token(product.clock(), sub=f"{number}{NAME}", name=name, attributes=attributes)


async def _talk(product: Product, customer: CustomerClient, agent: AgentClient) -> None:
    """Customer and agent say every payload to each other, in every way there is."""
    answered = await customer.ask(QUESTION)
    comment = payloads.sample(1000)
    rated = {"type": "rate_answer", "position": answered["position"], "helpful": False}
    await _done(customer, rated | {"comment": " ".join(comment)[:1000]})
    await _claim(customer, agent)
    for pack in (
        re.sub("[\ue000-\uf8ff\x85]", "", one) for one in payloads.packs(1 if EVERYTHING else 1900)
    ):
        assert (await customer.say(pack))["type"] == "ack", pack
        for kind in ("say", "note"):
            done = await agent.act(kind, conversation=customer.conversation, text=pack)
            assert done["type"] == "ok", (done, pack)
    welcome = next(one for one in customer.frames if one["type"] == "welcome")
    sender = Sender(product.url, welcome["token"])
    async with sender.http:
        files = [(await sender.kept(picture(), name[:120]))["id"] for name in comment[:5]]
    assert (await say(customer, files, NAME))["type"] == "ack"
    await agent.act("resolve", conversation=customer.conversation, why="solved", note=NAME)
    await customer.event("conversation.resolved")
    await _done(customer, {"type": "rate", "score": 1, "comment": " ".join(comment)[:1000]})
    await customer.say(NAME)
    await _claim(customer, agent)


async def _done(customer: CustomerClient, frame: dict[str, Any]) -> None:
    answer = await customer.answer_to(frame | {"id": customer.next_id()})
    assert answer["type"] == "ack", answer


async def _claim(customer: CustomerClient, agent: AgentClient) -> None:
    await customer.person()
    claimed = await agent.act("claim", conversation=customer.conversation)
    assert claimed["type"] == "ok", claimed


async def _trapped(page: Page) -> Page:
    await page.add_init_script(_TRAP)
    return page


async def _chat(product: Product, stage: Stage, customer: CustomerClient) -> None:
    """The widget of that customer, and then that of somebody new."""
    kept = json.dumps({"token": customer.token, "open": True})
    page = await _trapped(await (await stage.context()).new_page())
    await page.goto(f"{product.url}/chat?accent=red;x:url({payloads.LINK})&locale={NAME}#{NAME}")
    widget = Widget(page)
    await expect(widget.panel.locator(".suggestions button")).not_to_have_count(0)
    await _harmless(stage, page, "welcome")
    await widget.panel.get_by_role("button", name=text("chat.welcome.topics")).click()
    for category in await widget.panel.locator(".topics summary").all():
        await category.click()
    await _harmless(stage, page, "topics")
    await widget.field.fill("zebra crossing form Q-99")
    await expect(widget.panel.locator(".suggestions, .found").first).to_contain_text("Q-99")
    await _harmless(stage, page, "search")
    await widget.banner.get_by_role("button", name=text("chat.more")).click()
    await _harmless(stage, page, "banner")
    answer = await widget.ask(QUESTION)
    await expect(answer).to_contain_text("Q-99")
    await _harmless(stage, page, "answer")
    await answer.locator(".sources button").last.click()
    await expect(widget.panel.locator(".source")).to_contain_text("Q-99")
    await _harmless(stage, page, "source")
    await page.evaluate("kept => localStorage.setItem('handrail', kept)", kept)
    await page.goto(f"{product.url}/demo?lang=en&{NAME}#{NAME}")
    await expect(widget.panel.locator(".attached-image")).to_have_count(5)
    await expect(widget.speaker).to_contain_text(NAME)
    await widget.say(NAME)
    await expect(widget.mine.last).to_have_text(NAME)
    await expect(widget.panel.locator(".message.sending")).to_have_count(0)
    await _harmless(stage, page, "talk")
    await page.context.close()


async def _help_pages(product: Product, stage: Stage) -> None:
    page = await _trapped(await (await stage.context()).new_page())
    await page.goto(f"{product.url}/help/en/payments-charged-twice")
    await expect(page.locator("h1")).to_contain_text("Q-99")
    await _harmless(stage, page, "help-article")
    stage.allow("status of 40[14]")  # no such page, and no such link to sign in
    for path in ("en", "en/status", "en?collection=" + NAME, NAME, "en/" + NAME):
        await page.goto(f"{product.url}/help/{path}")
        await expect(page.locator("h1")).to_be_visible()
        await _harmless(stage, page, "help")
    await page.goto(f"{product.url}/sign-in?next=javascript:pwn()#{NAME}")
    await expect(page.locator("h1")).to_be_visible()
    await _harmless(stage, page, "sign-in")


async def _console(product: Product, stage: Stage) -> None:
    """An admin looks at everybody, takes over the conversation of every payload, and searches."""
    console = Console(await stage.staff(product, "Admin"))
    page = console.page
    await page.add_init_script(_TRAP)
    await page.reload()
    await console.ready()
    count = _pages_of_people()
    await expect(console.waiting).to_have_count(count)
    for number in range(count):
        await console.waiting.nth(number).click()
        await expect(console.about).to_contain_text(text("console.do_not_ask"))
        await _harmless(stage, page, "console-contact")
    await page.keyboard.press("v")
    await expect(page.locator("[data-live]")).to_have_count(count + 2)
    await _harmless(stage, page, "console-overview")
    await page.locator("[data-live]").filter(has_text=NAME).first.click()
    await expect(console.log.locator(".entry-note").first).to_be_visible()
    await _harmless(stage, page, "console-talk")
    await page.locator("#help-search").fill("zebra crossing form")
    await expect(page.locator(".found")).to_contain_text("Q-99")
    await _harmless(stage, page, "console-search")


async def _admin(product: Product, stage: Stage) -> None:
    page = await stage.staff(product, "Admin", "/admin")
    await page.add_init_script(_TRAP)
    await page.reload()
    for place in (
        "articles", "articles/payments-charged-twice/en", "incidents", "unanswered", "people",
        "teams", "replies", "figures", "audit", NAME,
    ):  # fmt: skip
        await page.goto(f"{product.url}/admin#/{place}")
        await expect(page.locator("main")).to_be_visible()
        await expect(page.locator(".skeleton, .failure")).to_have_count(0)
        await _harmless(stage, page, re.sub(r"\W+", "-", place))
