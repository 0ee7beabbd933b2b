"""Every state of the admin pages in four languages, light, dark, forced colours and at 320 px.

`make test` looks at some in the longest language on the smallest phone; HANDRAIL_TEST_ALL=1 at all.
"""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.looks import check
from tests.browser.people import LOCALES, TWICE, text
from tests.browser.stage import Stage
from tests.product import Product

LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "320": {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True},
}
TEAM = {"name": "Refunds and payments across borders", "languages": ["en", "ms"], "members": []}
REPLY = {"category": "Refunds", "name": "A refund takes time", "texts": {"en": "Ten days."}}
LONG = {"name": "Nurul Izzah binti Abdul Rahman", "role": "agent", "languages": list(LOCALES)}
ASKED = "do you take parrots on the hovercraft"
EVERYTHING = os.environ.get("HANDRAIL_TEST_ALL") == "1"


@dataclass
class Tour:
    """An admin who looks at one state after another, in one language and one look."""

    product: Product
    stage: Stage
    locale: str
    page: Page
    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def main(self) -> Locator:
        """The page beside the menu."""
        return self.page.locator("main")

    def say(self, key: str, **values: object) -> str:
        """The words of this language."""
        return text(key, self.locale, **values)

    async def go(self, *parts: str) -> None:
        """A page of the menu, or one below it, read to its end."""
        await self.page.goto(f"{self.product.url}/admin#/{'/'.join(parts)}")
        name, one = self.say(f"admin.{parts[0]}"), parts[0] != "try" and len(parts) > 1
        title = self.page.locator("h1")
        await (expect(title).not_to_have_text(name) if one else expect(title).to_have_text(name))
        await expect(self.page.locator(".skeleton, .failure")).to_have_count(0)

    async def press(self, key: str, within: Locator | None = None) -> None:
        """The first button of these words."""
        place = within or self.main
        await place.get_by_role("button", name=self.say(key)).first.click()

    async def look(self, name: str) -> None:
        """Keep a picture; a fault is told at the end, with all the others."""
        self.seen.append(name)
        try:
            await check(self.stage, self.page, f"{self.locale}-{name}")
        except AssertionError as fault:
            self.faults.append(str(fault))

    async def look_at_dialog(self, name: str) -> None:
        """The same of what lies over the page, in which no box may be too narrow; then close it."""
        dialog = self.page.locator("dialog[open]")
        await expect(dialog).to_be_visible()
        await expect(dialog.locator(".skeleton")).to_have_count(0)
        await self.look(name)
        wider = "(e) => e.scrollWidth - e.clientWidth"
        if await dialog.evaluate(wider) > 0:
            self.faults.append(f"{self.locale}-{name}: wider than its dialog")
        await self.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)


async def _pages(tour: Tour) -> None:
    names = ("imports", "incidents", "unanswered", "teams", "replies", "figures", "audit")
    for name in names:
        await tour.go(name)
        await tour.look(name)


async def _people(tour: Tour) -> None:
    await tour.go("people")
    row = tour.main.locator("tbody tr", has_text=LONG["name"])
    await expect(row).to_be_visible()
    await tour.look("people")
    await tour.press("admin.people.edit", row)
    await tour.look_at_dialog("people-edit")
    await tour.press("admin.people.add")
    await tour.look_at_dialog("people-add")


async def _lists(tour: Tour) -> None:
    await tour.go("teams")
    await tour.press("admin.teams.add")
    await tour.look_at_dialog("team-add")
    await tour.go("replies")
    await tour.press("admin.replies.add")
    await tour.look_at_dialog("reply-add")


async def _hours(tour: Tour) -> None:
    await tour.go("hours")
    await tour.main.locator("input[type=date]").fill("2026-12-25")
    await tour.press("admin.hours.add_date")
    status = tour.main.get_by_role("status")
    await expect(status).to_contain_text(tour.say("admin.hours.would"))
    await tour.look("hours")
    async with tour.product.rest() as other:
        known = (await other.get("/api/admin/hours")).json()
        theirs = known["hours"] | {"base": known["changed_at"]}
        assert (await other.put("/api/admin/hours", json=theirs)).status_code == 200
    await tour.press("admin.save")
    await expect(tour.main.get_by_role("alert")).to_be_visible()
    await tour.look("hours-newer")
    await tour.press("admin.rules.undo")


async def _rules(tour: Tour) -> None:
    await tour.go("rules")
    await tour.press("admin.rules.try")
    await expect(tour.main.get_by_text(tour.say("admin.rules.trial"))).to_be_visible()
    await tour.main.locator(".rule summary").first.click()
    await expect(tour.main.locator(".rule-foot select")).to_have_count(8)
    await tour.look("rules")


async def _handover(tour: Tour) -> None:
    await tour.go("handover")
    await tour.main.get_by_role("slider").first.fill("0")
    await expect(tour.main.locator("p[role=status]")).to_be_visible()
    await expect(tour.main.locator("thead th")).to_have_count(3)
    await tour.look("handover")
    await tour.press("admin.rules.undo")


async def _categories(tour: Tour) -> None:
    await tour.go("categories")
    await tour.main.locator(".rule summary").first.click()
    await tour.look("categories")


async def _index(tour: Tour) -> None:
    await tour.go("index")
    await tour.look("index")
    await tour.main.locator("tbody button").first.click()
    await tour.look_at_dialog("index-checks")


async def _confidence(tour: Tour) -> None:
    await tour.go("confidence")
    await tour.main.get_by_role("radio").nth(1).check()
    await tour.look("confidence")
    await tour.press("admin.rules.undo")


async def _unanswered(tour: Tour) -> None:
    await tour.go("unanswered")
    await tour.main.locator("tbody button").first.click()
    await tour.look_at_dialog("unanswered-start")


async def _imports(tour: Tour) -> None:
    await tour.go("imports")
    for n, name in enumerate(("import-files", "import-address")):
        await tour.main.locator(".page-actions button").nth(n).click()
        await tour.look_at_dialog(name)
    await tour.go("imports", "handrail-sample")
    await tour.look("source")


async def _incident(tour: Tour) -> None:
    await tour.go("incidents")
    await tour.press("admin.incident.new")
    await tour.look_at_dialog("incident-new")
    await tour.go("incidents", "sample-payments")
    await tour.look("incident")


async def _try(tour: Tour) -> None:
    await tour.go("try", tour.locale, TWICE[tour.locale])
    await expect(tour.main.locator(".answer")).to_be_visible()
    await tour.look("try")


async def _snippet(tour: Tour) -> None:
    await tour.go("snippet")
    await tour.main.get_by_label(tour.say("admin.snippet.position")).select_option("left")
    chat = tour.page.frame_locator("iframe").locator("handrail-chat")
    await expect(chat).to_have_attribute("data-position", "left")
    await expect(chat.locator("#panel .suggestions")).to_be_visible()
    await tour.look("snippet")


STATES: dict[str, Callable[[Tour], Awaitable[None]]] = {
    "pages": _pages, "people": _people, "lists": _lists, "hours": _hours, "rules": _rules,
    "handover": _handover, "categories": _categories, "index": _index, "confidence": _confidence,
    "unanswered": _unanswered, "imports": _imports, "incident": _incident, "try": _try,
    "snippet": _snippet,
}  # fmt: skip
SAMPLE = ("people", "hours", "rules", "handover", "categories")


async def _fill(product: Product) -> None:
    async with product.rest() as admin:
        for path, new in (("teams", TEAM), ("replies", REPLY), ("agents", LONG)):
            made = await admin.post(f"/api/admin/{path}", json=new)
            assert made.status_code == 200, made.text
    async with product.customer() as customer:
        await customer.ask(ASKED)


async def _tour(product: Product, stage: Stage, locale: str, look: str) -> Tour:
    page = await stage.staff(product, "Admin", "/admin", **LOOKS[look])
    await page.evaluate("(one) => localStorage.setItem('handrail.staff.locale', one)", locale)
    await page.reload()
    return Tour(product, stage, locale, page)


@pytest.mark.parametrize("locale", LOCALES if EVERYTHING else ("ms",))
async def test_every_state_of_the_admin_pages(product: Product, stage: Stage, locale: str) -> None:
    stage.allow("409 .*api/admin/hours")  # the page that was overtaken
    await _fill(product)
    for look in LOOKS if EVERYTHING else ("320",):
        tour = await _tour(product, stage, locale, look)
        for name in STATES if EVERYTHING else SAMPLE:
            await STATES[name](tour)
        assert not tour.faults, "\n".join(tour.faults)
        assert len(set(tour.seen)) >= (26 if EVERYTHING else 8)
        await tour.page.context.close()
