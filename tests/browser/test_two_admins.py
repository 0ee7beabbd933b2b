"""Two admins at once: nobody undoes a colleague's work unseen, and nothing typed is lost."""

import re
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect

from tests.browser.looks import check
from tests.browser.people import text
from tests.browser.stage import Stage
from tests.product import Product

OVERTAKEN = r"409 .*/api/admin/"
"""What the browser says of a save that was refused."""
TEAM: dict[str, Any] = {"name": "Billing", "languages": ["en"], "members": []}
ARTICLE = "payments-charged-twice"
PATH = f"/api/admin/articles/{ARTICLE}/en"


async def _open(product: Product, stage: Stage, page: str, title: str) -> Page:
    admin = await stage.staff(product, "Admin", f"/admin#/{page}")
    await expect(admin.locator("h1")).to_have_text(text(title))
    await expect(admin.locator(".skeleton, .failure")).to_have_count(0)
    return admin


def _button(place: Page | Locator, key: str, **values: int) -> Locator:
    return place.get_by_role("button", name=text(key, "en", **values), exact=True)


async def _get(rest: httpx.AsyncClient, path: str) -> Any:
    answer = await rest.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_rules_that_a_colleague_saved_are_not_overwritten_unseen(
    product: Product, stage: Stage
) -> None:
    stage.allow(OVERTAKEN)
    admin = await _open(product, stage, "rules", "admin.rules")
    first = admin.locator("details.rule").first
    await first.locator("summary").click()
    name = first.get_by_label(text("admin.rules.name"))
    await name.fill("Mine")
    async with product.rest() as other:
        rules = await _get(other, "/api/admin/rules")
        rules[0]["name"] = "Theirs"
        assert (await other.put("/api/admin/rules", json=rules)).status_code == 200
        told = admin.locator("main [role=alert]")
        await _button(admin, "admin.save").click()
        await expect(told).to_contain_text("Admin")
        await expect(told).to_contain_text("it is still here")
        await expect(name).to_have_value("Mine")
        await check(stage, admin, "rules-newer")
        assert (await _get(other, "/api/admin/rules"))[0]["name"] == "Theirs"
        await _button(told, "admin.newer.show").click()
        await expect(told).to_have_count(0)
        await expect(first.locator("summary b")).to_have_text("Theirs")
        await name.fill("Mine after all")
        await _button(admin, "admin.save").click()
        await expect(admin.get_by_text(text("admin.rules.saved"))).to_be_visible()
        assert (await _get(other, "/api/admin/rules"))[0]["name"] == "Mine after all"


async def test_categories_that_a_colleague_saved_are_replaced_only_knowingly(
    product: Product, stage: Stage
) -> None:
    stage.allow(OVERTAKEN)
    admin = await _open(product, stage, "categories", "admin.categories")
    first = admin.locator("details.rule").first
    await first.locator("summary").click()
    await first.get_by_label("English").first.fill("Mine")
    async with product.rest() as other:
        found = await _get(other, "/api/admin/categories")
        plain = [{"id": one["id"], "name": one["name"] | {"en": "Theirs"}} for one in found]
        sent = {"categories": plain, "removed": []}
        assert (await other.put("/api/admin/categories", json=sent)).status_code == 200
        save = _button(admin, "admin.save")
        await save.click()
        await expect(admin.locator("main [role=alert]")).to_contain_text("Admin")
        assert (await _get(other, "/api/admin/categories"))[0]["name"]["en"] == "Theirs"
        await save.click()
        await expect(save).to_be_disabled()
        await expect(admin.locator("main [role=alert]")).to_have_count(0)
        assert (await _get(other, "/api/admin/categories"))[0]["name"]["en"] == "Mine"


async def test_a_team_that_a_colleague_changed_or_took_away_is_told(
    product: Product, stage: Stage
) -> None:
    stage.allow(OVERTAKEN)
    async with product.rest() as other:
        team = (await other.post("/api/admin/teams", json=TEAM)).json()
        path = f"/api/admin/teams/{team['id']}"
        admin = await _open(product, stage, "teams", "admin.teams")
        await _button(admin, "admin.replies.edit").click()
        dialog = admin.locator("dialog[open]")
        name, told = dialog.get_by_label(text("admin.replies.name")), dialog.get_by_role("alert")
        save = _button(dialog, "admin.save")
        await name.fill("Mine")
        assert (await other.put(path, json=TEAM | {"languages": ["ms"]})).status_code == 200
        await save.click()
        await expect(told).to_contain_text("Admin")
        await expect(name).to_have_value("Mine")
        await check(stage, admin, "team-newer")
        await _button(told, "admin.newer.show").click()
        await expect(told).to_have_count(0)
        await expect(name).to_have_value("Billing")
        await expect(dialog.get_by_label("Bahasa Melayu")).to_be_checked()
        await name.fill("Mine again")
        assert (await other.delete(path)).status_code == 200
        await save.click()
        await expect(told).to_contain_text("removed this meanwhile")
        await expect(_button(told, "admin.newer.show")).to_have_count(0)
        await save.click()
        await expect(dialog).to_have_count(0)
        assert [one["name"] for one in await _get(other, "/api/admin/teams")] == ["Mine again"]

        row = admin.locator("tbody tr", has_text="Mine again")
        await expect(row).to_be_visible()
        new = (await _get(other, "/api/admin/teams"))[0]
        theirs = TEAM | {"name": "Theirs"}
        await other.put(f"/api/admin/teams/{new['id']}", json=theirs)
        await _button(row, "admin.replies.remove").click()
        await _button(dialog, "admin.replies.remove").click()
        await expect(admin.locator(".toast-error")).to_contain_text("was not removed")
        await expect(admin.locator("tbody")).to_contain_text("Theirs")


async def test_a_person_whom_a_colleague_changed_is_not_changed_unseen(
    product: Product, stage: Stage
) -> None:
    stage.allow(OVERTAKEN)
    async with product.rest() as other:
        made = {"name": "Nurul", "role": "agent", "languages": ["en"]}
        person = (await other.post("/api/admin/agents", json=made)).json()["agent"]
        admin = await _open(product, stage, "people", "admin.people")
        row = admin.locator("tbody tr", has_text="Nurul")
        await _button(row, "admin.people.edit").click()
        dialog = admin.locator("dialog[open]")
        room = dialog.get_by_label(text("admin.people.capacity"))
        await room.fill("9")
        await other.patch(f"/api/admin/agents/{person['id']}", json={"role": "admin"})
        save = _button(dialog, "admin.save")
        await save.click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Admin")
        await expect(room).to_have_value("9")
        await _button(dialog, "admin.newer.show").click()
        await expect(dialog.locator("select")).to_have_value("admin")
        await room.fill("8")
        await save.click()
        await expect(dialog).to_have_count(0)
        people = await _get(other, "/api/admin/agents")
        now = next(one for one in people if one["name"] == "Nurul")
        assert (now["role"], now["account_capacity"]) == ("admin", 8)


async def test_who_undoes_and_leaves_in_the_same_moment_is_not_asked(
    product: Product, stage: Stage
) -> None:
    admin = await _open(product, stage, "hours", "admin.hours")
    await admin.get_by_label(text("admin.hours.date")).fill("2026-12-25")
    await _button(admin, "admin.hours.add_date").click()
    await expect(_button(admin, "admin.rules.undo")).to_be_visible()
    asked = await admin.evaluate(
        """async (undo) => {
            const find = () => [...document.querySelectorAll("main button")]
                .find((one) => one.textContent === undo);
            let asked = false;
            const look = () => { asked ||= document.querySelector("dialog[open]") !== null; };
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
            find().click();
            while (find()) await Promise.resolve();  // drawn anew, before any frame or effect
            location.hash = "#/rules";
            await new Promise((done) => addEventListener("hashchange", done, { once: true }));
            for (let n = 0; n < 5; n++) await new Promise(requestAnimationFrame);
            look();
            return asked;
        }""",
        text("admin.rules.undo"),
    )
    assert not asked
    await expect(admin.locator("h1")).to_have_text(text("admin.rules"))


async def _version(rest: httpx.AsyncClient, **changed: Any) -> dict[str, Any]:
    """One more version of the article."""
    now = await _get(rest, PATH)
    kept = ("title", "category", "subcategory", "components", "questions", "body")
    body = {name: now[name] for name in kept} | {"publish": True, "base_version": now["version"]}
    saved: dict[str, Any] = (await rest.put(PATH, json=body | changed)).json()
    return saved


async def _versions(admin: Page, version: int) -> Locator:
    """The dialog with what this version changed."""
    await _button(admin, "admin.versions").click()
    await _button(admin, "admin.versions.show.of", n=version).click()
    dialog = admin.locator("dialog[open]").first
    await expect(dialog.locator(".changes")).to_be_visible()
    return dialog


def _sure(admin: Page, version: int) -> Locator:
    """The dialog that asks first; the one below it has a button of the same name."""
    return admin.get_by_role("dialog", name=text("admin.versions.restore.title", n=version))


async def test_restoring_keeps_from_undoing_what_nobody_looked_at(
    product: Product, stage: Stage
) -> None:
    stage.allow(OVERTAKEN)
    async with product.rest() as other:
        first = await _get(other, PATH)
        await _version(other, title="A second title")
        admin = await stage.staff(product, "Admin", f"/admin#/articles/{ARTICLE}/en")
        title = admin.get_by_label(text("admin.article.title"), exact=True)
        await expect(title).to_have_value("A second title")
        await title.fill("Unsaved")
        dialog = await _versions(admin, 1)
        restore = _button(dialog, "admin.versions.restore")
        await expect(restore).to_be_disabled()
        await expect(dialog).to_contain_text(text("admin.versions.restore.dirty"))
        await admin.keyboard.press("Escape")
        await title.fill("A second title")

        dialog = await _versions(admin, 1)
        await expect(restore).to_be_enabled()
        await _version(other, title="Somebody's third")
        await restore.click()
        sure = _sure(admin, 1)
        await _button(sure, "admin.versions.restore").click()
        await expect(sure.get_by_role("alert")).to_have_text(text("admin.versions.newer"))
        assert (await _get(other, PATH))["title"] == "Somebody's third"
        await stage.shot(admin, "restore-newer")
        await _button(sure, "admin.versions.reload").click()
        await expect(title).to_have_value("Somebody's third")

        await _version(other, title=first["title"])
        await admin.reload()
        await expect(title).to_have_value(first["title"])
        await _restore_the_same(admin, other)


async def _restore_the_same(admin: Page, other: httpx.AsyncClient) -> None:
    before = await _get(other, "/api/admin/audit")
    dialog = await _versions(admin, 1)
    await _button(dialog, "admin.versions.restore").click()
    sure = _sure(admin, 1)
    await _button(sure, "admin.versions.restore").click()
    await expect(admin.get_by_text(text("admin.versions.same"))).to_be_visible()
    after = await _get(other, "/api/admin/audit")
    assert after["lines"] == before["lines"], "nothing was restored, so nothing is noted"


async def test_the_versions_look_right_in_light_and_dark_and_on_a_phone(
    product: Product, stage: Stage
) -> None:
    async with product.rest() as other:
        await _version(other, title="A second title", body="Another text.")
        await _version(other, title="A third title")
    for scheme in ("light", "dark"):
        for width in (1280, 390):
            window = {"width": width, "height": 800}
            options: dict[str, Any] = {"color_scheme": scheme, "viewport": window}
            admin = await stage.staff(product, "Admin", f"/admin#/articles/{ARTICLE}/en", **options)
            await _button(admin, "admin.versions").click()
            await expect(admin.locator("dialog[open] tbody tr")).to_have_count(3)
            await check(stage, admin, f"versions-{scheme}-{width}")
            await admin.keyboard.press("Escape")
            dialog = await _versions(admin, 2)
            await _button(dialog, "admin.versions.to.latest").click()
            await expect(dialog.locator(".changes")).to_contain_text(re.compile("third"))
            await check(stage, admin, f"difference-{scheme}-{width}")
            tabs = await dialog.locator(".tab").all()
            boxes = [await tab.bounding_box() for tab in tabs]
            assert len({box["y"] for box in boxes if box}) == 1, "side by side"
            await _button(dialog, "admin.versions.restore").click()
            await check(stage, admin, f"restore-{scheme}-{width}")
            await admin.context.close()
