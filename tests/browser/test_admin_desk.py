"""The admin pages about hours, categories, teams in rules, and a generation beside the live one."""

from playwright.async_api import Page, expect

from tests.browser.people import text
from tests.browser.stage import Stage
from tests.product import Product


async def _open(admin: Page, product: Product, name: str) -> None:
    await admin.goto(f"{product.url}/admin#/{name}")
    await expect(admin.locator("h1")).to_have_text(text(f"admin.{name}"))
    await expect(admin.locator(".skeleton, .failure")).to_have_count(0)


async def _save(admin: Page) -> None:
    save = admin.get_by_role("button", name=text("admin.save"), exact=True)
    await save.click()
    await expect(save).to_be_disabled()
    await expect(save).to_have_attribute("aria-busy", "false")  # it is disabled meanwhile, too


async def test_an_admin_arranges_the_desk(product: Product, stage: Stage) -> None:
    async with product.rest() as rest:
        await rest.post(
            "/api/admin/teams", json={"name": "Billing", "languages": [], "members": []}
        )
    admin = await stage.staff(product, "Admin", "/admin#/hours")
    await _hours(stage, admin, product)
    await _categories(stage, admin, product)
    await _team(stage, admin, product)
    await _generations(stage, admin, product)


async def _hours(stage: Stage, admin: Page, product: Product) -> None:
    await _open(admin, product, "hours")
    today = product.parts.now().astimezone(product.parts.company.zone).date().isoformat()
    await admin.get_by_label(text("admin.hours.date")).fill(today)
    await admin.get_by_role("button", name=text("admin.hours.add_date")).click()
    said = admin.locator("main .notice[role=status]")
    await expect(said).to_contain_text(text("admin.hours.would"))
    await expect(said).not_to_contain_text(text("staff.loading"))
    await stage.shot(admin, "hours")
    await _save(admin)
    rest = product.rest()
    async with rest as admin_rest:
        assert (await admin_rest.get("/api/admin/hours")).json()["meaning"]["open"] is False
    await admin.get_by_role("button", name=text("admin.hours.forget")).click()
    asked = admin.locator("dialog[open]")
    await asked.get_by_role("button", name=text("admin.hours.forget"), exact=True).click()
    await expect(admin.locator("main")).to_contain_text(text("admin.hours.by_file"))


async def _categories(stage: Stage, admin: Page, product: Product) -> None:
    await _open(admin, product, "categories")
    adding = admin.get_by_label(text("admin.categories.add"), exact=True)
    await adding.fill("Night trams")
    await admin.get_by_role("button", name=text("admin.categories.add"), exact=True).click()
    added = admin.locator("details.rule", has_text="night-trams")
    await added.get_by_label("Bahasa Melayu").fill("Trem malam")
    await stage.shot(admin, "categories")
    await _save(admin)
    async with product.rest() as rest:
        listed = (await rest.get("/api/admin/categories")).json()
    assert listed[-1]["name"] == {"en": "Night trams", "ms": "Trem malam"}


async def _team(stage: Stage, admin: Page, product: Product) -> None:
    await _open(admin, product, "rules")
    first = admin.locator("details.rule").first
    await first.locator("summary").click()
    await first.get_by_label(text("admin.rules.team")).select_option(label="Billing")
    await stage.shot(admin, "rule-team")
    await _save(admin)
    async with product.rest() as rest:
        rules, teams = [
            (await rest.get(f"/api/admin/{name}")).json() for name in ("rules", "teams")
        ]
    assert rules[0]["then"]["team"] == teams[0]["id"]


async def _generations(stage: Stage, admin: Page, product: Product) -> None:
    async with product.rest() as rest:
        address = "/api/admin/articles/payments-charged-twice/en"
        article = (await rest.get(address)).json()
        kept = ("title", "category", "subcategory", "components", "questions", "body")
        body = {key: article[key] for key in kept}
        body |= {"publish": True, "base_version": article["version"]}
        body["body"] += "\n\nWe answer within two hours."
        await rest.put(address, json=body)
        await _open(admin, product, "index")
        await admin.get_by_label(text("admin.index.hold")).check()
        await admin.get_by_role("button", name=text("admin.index.build"), exact=True).click()
        ready = admin.locator("tbody tr", has_text=text("admin.index.state.ready"))
        await expect(ready).to_be_visible(timeout=120_000)
        await ready.get_by_role("button", name=text("admin.compare"), exact=True).click()
        beside = admin.locator("dialog[open]")
        await expect(beside).to_contain_text(article["title"])
        await expect(beside.locator(".compare")).to_have_count(2)
        await stage.shot(admin, "compare")
        await beside.get_by_role("button", name=text("admin.compare.use")).click()
        await expect(beside).to_have_count(0)
        await expect(ready).to_have_count(0)
        state = (await rest.get("/api/admin/index")).json()
    assert (state["pending"], state["generations"][0]["state"]) == (0, "live")
