"""Every state of the chat in four languages, light, dark, forced colours and on the smallest phone.

`make test` looks at a few of the states in the longest language; HANDRAIL_TEST_ALL=1 at all.
"""

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.conversation import events as e
from tests.bot.web.attached import Sender, paper, picture, say
from tests.browser import told
from tests.browser.looks import check
from tests.browser.people import LOCALES, TWICE, Widget, text
from tests.browser.stage import Stage
from tests.browser.told import AGENT, LONG, OTHER, REPLY, answered, of_agent, said
from tests.clients import AgentClient
from tests.product import Product

EVERYTHING = os.environ.get("HANDRAIL_TEST_ALL") == "1"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "320": {"color_scheme": "dark", "width": 320},
}
WIDE, SMALL = {"width": 1024, "height": 800}, {"width": 320, "height": 568}
INCIDENT = "sample-payments"


@dataclass(eq=False)
class Scene:
    """One language, and the looks that each of its states has to pass."""

    product: Product
    stage: Stage
    locale: str
    looks: tuple[str, ...] = tuple(LOOKS)
    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """All that is wrong with any state: one fault does not hide the next."""

    def t(self, key: str, **values: object) -> str:
        """A text in the language of the scene."""
        return text(key, self.locale, **values)

    async def look(self, page: Page, name: str) -> None:
        """This state in every look; afterwards the page is as it was."""
        self.seen.append(name)
        for look in self.looks:
            options = LOOKS[look]
            await page.emulate_media(
                color_scheme=options.get("color_scheme", "light"),
                forced_colors=options.get("forced_colors", "none"),
            )
            await page.set_viewport_size(SMALL if "width" in options else WIDE)
            state = f"{name}-{self.locale}-{look}"
            try:
                await check(self.stage, page, state, within="handrail-chat, body > div")
            except AssertionError as fault:
                self.faults.append(str(fault))
        await page.emulate_media(color_scheme="light", forced_colors="none")
        await page.set_viewport_size(WIDE)

    async def told(self, *events: e.NewEvent, is_open: bool = True) -> Widget:
        """A customer who comes back to this conversation."""
        token = await told.conversation(self.product, self.locale, *events)
        return await told.shown(self.product, self.stage, self.locale, token, is_open=is_open)


Story = Callable[[Scene], Awaitable[None]]


async def _beginning(scene: Scene) -> None:
    page = await scene.stage.customer(scene.product, scene.locale, viewport=WIDE)
    widget = Widget(page)
    await scene.look(page, "closed")
    await widget.open()
    await expect(widget.panel.locator(".suggestions")).to_be_visible()
    await scene.look(page, "welcome")
    await widget.panel.get_by_role("button", name=scene.t("chat.menu")).click()
    await scene.look(page, "menu-before-anything")
    await page.keyboard.press("Escape")
    await widget.field.fill(TWICE[scene.locale])
    found = widget.panel.locator(".found button")
    await expect(found.first).to_be_visible()
    await scene.look(page, "articles-found")
    await found.first.click()
    await expect(widget.panel.locator(".source .page")).to_be_visible()
    await scene.look(page, "article-before-asking")
    await page.keyboard.press("Escape")
    await widget.field.fill("w" * 3950)
    await expect(widget.panel.locator(".left")).to_be_visible()
    await scene.look(page, "nearly-too-long")
    await page.goto(f"{scene.product.url}/chat?locale={scene.locale}")
    await expect(widget.panel.locator(".suggestions")).to_be_visible()
    await scene.look(page, "page-welcome")
    await widget.panel.get_by_role("button", name=scene.t("chat.welcome.topics")).click()
    await widget.panel.locator(".topics summary").first.press("Enter")
    await expect(widget.panel.locator(".topics details[open]")).to_be_visible()
    await scene.look(page, "topics")
    await page.context.close()


async def _answer(scene: Scene) -> None:
    page = await scene.stage.customer(scene.product, scene.locale, viewport=WIDE)
    widget = await Widget(page).open()
    answer = await widget.ask(TWICE[scene.locale])
    await expect(answer.locator(".sources")).to_be_visible()
    await scene.look(page, "answer")
    await answer.locator(".mark").first.click()
    await expect(widget.panel.locator(".source mark").first).to_be_visible()
    await scene.look(page, "source")
    await page.keyboard.press("Escape")
    scene.stage.allow("Failed to load resource.*passages|net::ERR_FAILED")
    await page.route("**/api/passages/**", lambda route: route.abort())
    await answer.locator(".sources button").first.click()
    await expect(widget.panel.locator(".source .note")).to_be_visible()
    await scene.look(page, "source-away")
    await page.keyboard.press("Escape")
    thumbs = answer.locator(".judgement .tool")
    await thumbs.first.click()
    await expect(thumbs.first).to_have_attribute("aria-pressed", "true")
    await scene.look(page, "helpful")
    await thumbs.last.click()
    await answer.locator(".judgement input").fill(LONG)
    await scene.look(page, "not-helpful")
    await answer.locator(".judgement button[type=submit]").click()
    await expect(answer.locator(".judgement form")).to_have_count(0)
    await scene.look(page, "not-helpful-said")
    await widget.panel.get_by_role("button", name=scene.t("chat.menu")).click()
    await scene.look(page, "menu")
    await widget.panel.get_by_role("button", name=scene.t("chat.start_over"), exact=True).click()
    await scene.look(page, "start-over")
    await page.goto(f"{scene.product.url}/chat?locale={scene.locale}")
    await expect(widget.answers.first).to_be_visible()
    await scene.look(page, "page-answer")
    await page.context.close()


async def _other_answers(scene: Scene) -> None:
    like = await told.answer_data(scene.product, scene.locale)
    option = {"label": TWICE[scene.locale], "text": TWICE[scene.locale]}
    nothing = {"citations": [], "confidence": 0.1, "decision": "unsure", "offer_person": True}
    offer = {"place": 2, "minutes": [10, 25], "opens_at": None}
    for name, changed in {
        "unsure": {"confidence": 0.3, "decision": "unsure"},
        "another-language": {"missing_language": True},
        "degraded": {"degraded": "held_back", "confidence": 0.3},
        "options": {"decision": "clarify", "citations": [], "options": [option] * 1},
        "offer-place": nothing | {"person": offer | {"kind": "queue"}},
        "offer-message": nothing | {"person": offer | {"kind": "message"}},
        "offer-now": nothing | {"person": offer | {"kind": "now"}},
    }.items():
        widget = await scene.told(said(f"{LONG} {LONG}"), answered(like, **changed))
        await expect(widget.answers).to_have_count(1)
        await widget.log.evaluate("(log) => log.scrollTo(0, log.scrollHeight)")
        await expect(widget.panel.locator(".latest")).to_have_count(0)  # what differs is the end
        await scene.look(widget.page, name)
        await widget.page.context.close()


async def _nobody_there(scene: Scene) -> None:
    page = await scene.stage.customer(scene.product, scene.locale, viewport=WIDE)
    widget = await Widget(page).open()
    await widget.panel.locator(".to-person button").click()
    await expect(widget.queue).to_contain_text(scene.t("chat.queue.nobody"))
    await scene.look(page, "nobody-there")
    await widget.queue.get_by_role("button").click()
    await scene.look(page, "address")
    await widget.queue.locator("input").press("Enter")
    await expect(widget.queue.locator(".error")).not_to_be_empty()
    await scene.look(page, "address-wrong")
    address = "nurul.izzah.binti.abdul.rahman@averylongaddress.example"
    await widget.queue.locator("input").fill(address)
    await widget.queue.locator("input").press("Enter")
    await expect(widget.queue).to_contain_text(address)
    await scene.look(page, "address-left")
    await page.context.close()


async def _queue_and_agent(scene: Scene) -> None:
    """With an agent there: the place, who types, and what is held back without a connection."""
    async with scene.product.agent("Aina") as agent:
        page = await scene.stage.customer(scene.product, scene.locale, viewport=WIDE)
        widget = await Widget(page).open()
        await widget.panel.locator(".to-person button").click()
        await expect(widget.queue).not_to_contain_text(scene.t("chat.queue.nobody"))
        await scene.look(page, "place")
        mine = await page.evaluate("JSON.parse(localStorage.handrail).conversation")
        await agent.act("claim", conversation=mine)
        await expect(widget.speaker).to_contain_text("Aina")
        await scene.look(page, "joined")
        await _typing(scene, widget, agent, mine)
        await _apart(scene, widget)
        await page.context.close()


async def _typing(scene: Scene, widget: Widget, agent: AgentClient, mine: str) -> None:
    await agent.send({"type": "typing", "conversation": mine, "on": True})
    await expect(widget.panel.locator(".message.typing")).to_be_visible()
    at_once = replace(scene, looks=scene.looks[-1:])  # typing ends by itself
    await at_once.look(widget.page, "agent-types")


async def _apart(scene: Scene, widget: Widget) -> None:
    scene.stage.allow("ERR_INTERNET_DISCONNECTED|WebSocket connection to")
    await widget.say("\ue000")
    await expect(widget.panel.locator(".message.failed")).to_be_visible()
    await scene.look(widget.page, "refused")
    await widget.page.context.set_offline(True)
    await expect(widget.panel.locator(".link")).to_be_visible()
    await widget.say(LONG)
    await expect(widget.panel.locator(".message.sending")).to_be_visible()
    await scene.look(widget.page, "offline")
    await widget.page.context.set_offline(False)
    await expect(widget.panel.locator(".message.sending")).to_have_count(0)


async def _conversation(scene: Scene) -> None:
    words = REPLY[scene.locale]
    agent = of_agent(e.AGENT_SAID, text=words, client_id="a")
    joined = of_agent(e.AGENT_JOINED)
    start = [said(TWICE[scene.locale]), joined, agent]
    other = {"text": words, "language": scene.locale, "incident": INCIDENT, "client_id": "g"}
    foreign = "zh-Hant" if scene.locale == "en" else "en"
    moved = {"from": AGENT, "to": OTHER}
    for name, events in {
        "agent-says": [*start, said(LONG), said("2"), agent],
        "group-copy": [*start, of_agent(e.GROUP_SAID, **other, text_language=foreign)],
        "transferred": [*start, of_agent(e.TRANSFERRED, **moved)],
        "to-the-queue": [*start, of_agent(e.TRANSFERRED, **(moved | {"to": None}))],
        "to-the-bot": [*start, of_agent(e.RETURNED)],
    }.items():
        widget = await scene.told(*events)
        await expect(widget.from_agents.first).to_be_visible()
        await scene.look(widget.page, name)
        await widget.page.context.close()


async def _end(scene: Scene) -> None:
    start = [said(TWICE[scene.locale]), of_agent(e.AGENT_JOINED)]
    over = of_agent(e.RESOLVED, by=AGENT, reason="resolved")
    widget = await scene.told(*start, over)
    rating = widget.panel.locator(".rating")
    await expect(rating).to_be_visible()
    await scene.look(widget.page, "over")
    await rating.get_by_role("radio").first.check()
    await rating.locator("textarea").fill(LONG)
    await scene.look(widget.page, "rating")
    await rating.get_by_role("button").click()
    await expect(widget.panel.locator(".thanks")).to_be_visible()
    await scene.look(widget.page, "rated")
    await widget.page.context.close()
    widget = await scene.told(*start, over, said("1"), e.NewEvent(e.REOPENED, e.SYSTEM, {}))
    await expect(widget.lines).to_have_count(3)
    await scene.look(widget.page, "goes-on")
    await widget.page.context.close()


async def _long(scene: Scene) -> None:
    words = REPLY[scene.locale]
    events = [of_agent(e.AGENT_JOINED)]
    events += [of_agent(e.AGENT_SAID, text=words, client_id=str(n)) for n in range(6)]
    widget = await scene.told(*events, is_open=False)
    badge = widget.page.locator("handrail-chat .badge")
    await expect(badge).to_have_text("6")
    await scene.look(widget.page, "unread")
    await widget.open()
    await expect(widget.from_agents.last).to_be_visible()
    await widget.log.hover()
    await widget.page.mouse.wheel(0, -600)
    await expect(widget.panel.locator(".latest")).to_be_visible()
    await scene.look(widget.page, "scrolled-up")
    await widget.page.context.close()


async def _files(scene: Scene) -> None:
    async with scene.product.customer(scene.locale) as customer:
        token = next(one["token"] for one in customer.frames if one["type"] == "welcome")
        sender = Sender(scene.product.url, token)
        async with sender.http:
            kept = [
                await sender.kept(picture(size=(640, 400)), f"{LONG[:90]}.png"),
                await sender.kept(paper(), "invoice.pdf"),
            ]
        await say(customer, [one["id"] for one in kept], TWICE[scene.locale])
    widget = await told.shown(scene.product, scene.stage, scene.locale, token)
    image = widget.panel.locator(".attached-image").first
    await expect(image.locator("canvas")).to_be_visible()
    await expect(widget.answers.first).to_be_visible()
    await scene.look(widget.page, "files")
    await image.click()
    await expect(widget.panel.locator("[role=dialog] canvas").last).to_be_visible()
    await scene.look(widget.page, "picture")
    await widget.page.keyboard.press("Escape")
    scene.stage.allow("status of 415")
    await widget.panel.locator(".clip input").set_input_files(
        [
            {"name": f"{LONG[:90]}.png", "mimeType": "image/png", "buffer": picture()},
            {"name": "page.png", "mimeType": "image/png", "buffer": b"<html>hello</html>"},
        ]
    )
    await expect(widget.panel.locator(".tray .failed")).to_be_visible()
    await scene.look(widget.page, "tray")
    await widget.page.context.close()


async def _incident(scene: Scene) -> None:
    """Last, for the banner stands over everything from here on."""
    async with scene.product.rest() as rest:
        await rest.post(f"/api/admin/incidents/{INCIDENT}/declare")
    news = {
        "incident": INCIDENT, "update": "u", "title": "Card payments fail", "correction": False,
        "language": scene.locale, "text": REPLY[scene.locale], "status": "identified",
        "options": [],
    }  # fmt: skip
    option = {"label": TWICE[scene.locale], "text": TWICE[scene.locale]}
    resolved = {"status": "resolved", "options": [option]}
    for name, changed in {
        "news": {}, "news-correction": {"correction": True}, "news-over": resolved,
    }.items():  # fmt: skip
        event = e.NewEvent(e.INCIDENT_TOLD, e.SYSTEM, news | changed)
        widget = await scene.told(said(TWICE[scene.locale]), event)
        await expect(widget.news).to_be_visible()
        await scene.look(widget.page, name)
        await widget.page.context.close()
    page = await scene.stage.customer(scene.product, scene.locale, viewport=WIDE)
    widget = await Widget(page).open()
    more = widget.banner.get_by_role("button", name=scene.t("chat.more"))
    await expect(more).to_be_visible()
    await scene.look(page, "banner")
    await more.click()
    await scene.look(page, "banner-all")
    await page.context.close()


async def _writing(scene: Scene) -> None:
    """The bot at work, seen as the server tells of it, for as long as it takes to look."""
    events = [said(TWICE[scene.locale]), of_agent(e.AGENT_JOINED)]
    token = await told.conversation(scene.product, scene.locale, *events)
    context = await scene.stage.context()
    page = await context.new_page()
    tell: list[Any] = []

    def between(socket: Any) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(socket.send)
        tell.append(socket)

    await page.route_web_socket("**/ws/customer", between)
    kept = json.dumps({"token": token, "open": True, "locale": scene.locale})
    await page.add_init_script(f"localStorage.setItem('handrail', {kept!r})")
    await page.goto(f"{scene.product.url}/demo?lang={scene.locale}")
    widget = Widget(page)
    await expect(widget.mine).to_have_count(1)
    found = await page.evaluate("JSON.parse(localStorage.handrail).conversation")
    draft = {"type": "draft", "conversation": found, "after": 2, "text": REPLY[scene.locale]}
    tell[-1].send(json.dumps(draft))
    await expect(widget.panel.locator(".message.bot .markdown")).to_be_visible()
    await scene.look(page, "draft")
    await context.close()


STORIES: dict[str, Story] = {
    "beginning": _beginning, "answer": _answer, "other-answers": _other_answers,
    "nobody-there": _nobody_there, "queue-and-agent": _queue_and_agent,
    "conversation": _conversation, "end": _end, "long": _long, "files": _files,
    "writing": _writing, "incident": _incident,
}  # fmt: skip
SAMPLE = (("ms", "other-answers", "320"), ("zh-Hant", "end", "forced"))


@pytest.mark.parametrize("locale", LOCALES if EVERYTHING else ("some",))
async def test_every_state_of_the_chat(product: Product, stage: Stage, locale: str) -> None:
    if locale == "some":
        scenes = {Scene(product, stage, one, (look,)): (name,) for one, name, look in SAMPLE}
    else:
        scenes = {Scene(product, stage, locale): tuple(STORIES)}
    for scene, names in scenes.items():
        for name in names:
            await STORIES[name](scene)
        assert scene.faults == []
    assert len({state for scene in scenes for state in scene.seen}) >= (40 if EVERYTHING else 10)
