"""Categories arranged on a page: added, renamed, ordered, and removed only when empty."""

from typing import Any

from tests.product import Product


def _sent(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the page sends of what it was given: without the counts."""
    return [
        {
            "id": one["id"],
            "name": one["name"],
            "subcategories": [
                {"id": sub["id"], "name": sub["name"]} for sub in one["subcategories"]
            ],
        }
        for one in listed
    ]


async def test_categories_are_arranged_and_only_an_empty_one_goes(product: Product) -> None:
    path = "/api/admin/categories"
    async with product.rest() as admin:
        before = (await admin.get(path)).json()
        payments = next(one for one in before if one["id"] == "payments")
        empty = next(one for one in before if one["articles"] == 0)
        assert payments["articles"] == 4

        full = {"categories": _sent(before), "removed": ["payments"]}
        twice = await admin.put(path, json=full)
        assert (twice.status_code, twice.json()["error"]["code"]) == (422, "bad_categories")
        full["categories"] = [one for one in full["categories"] if one["id"] != "payments"]
        refused = await admin.put(path, json=full)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "category_not_empty")
        assert "4 articles" in refused.json()["error"]["message"]
        assert (await admin.get(path)).json() == before

        kept = [one for one in _sent(before) if one["id"] != empty["id"]]
        kept = [{"id": "trams", "name": {"en": "Trams", "ms": "Trem"}, "subcategories": []}, *kept]
        kept[1]["name"] |= {"en": "Renamed"}
        forgotten = kept.pop()  # as by somebody who does not know of it yet
        done = await admin.put(path, json={"categories": kept, "removed": [empty["id"]]})
        assert done.status_code == 200, done.text
        after = (await admin.get(path)).json()
        ids = [one["id"] for one in after]
        assert ids == [*(one["id"] for one in kept), forgotten["id"]]
        assert after[1]["name"]["en"] == "Renamed"
        help_page = await admin.get("/help/en")
        assert "Payments" in help_page.text or "Renamed" in help_page.text
        trail = (await admin.get("/api/admin/audit", params={"action": "categories"})).json()
        assert trail["lines"][0]["after"]["added"] == ["trams"]
        assert trail["lines"][0]["after"]["removed"] == [empty["id"]]
