"""Opening hours set on a page: what they mean, who set them, and that they hold at once."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.product import Product

WEEK: dict[str, Any] = {
    "timezone": "Asia/Kuala_Lumpur",
    "days": {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in ("mon", "tue", "wed")},
    "holidays": {},
}


async def _refused_by_name(admin: httpx.AsyncClient) -> None:
    kept = (await admin.get("/api/admin/hours")).json()
    for part, named in (
        ({"days": {"mon": [["09:00", "12:00"], ["11:00", "18:00"]]}}, "09:00–12:00"),
        ({"days": {"mon": [["9", "12:00"]]}}, "'9'"),
        ({"holidays": {"2026-02-30": []}}, "2026-02-30"),
        ({"timezone": "Asia/Nowhere"}, "Asia/Nowhere"),
    ):
        for call, path in ((admin.put, ""), (admin.post, "/preview")):
            refused = await call(f"/api/admin/hours{path}", json=WEEK | part)
            error = refused.json()["error"]
            assert (refused.status_code, error["code"]) == (422, "bad_hours"), refused.text
            assert named in error["message"]
    assert (await admin.get("/api/admin/hours")).json() == kept


async def test_hours_set_on_the_page_hold_at_once_and_stand_in_the_trail(product: Product) -> None:
    async with product.rest() as admin:
        before = (await admin.get("/api/admin/hours")).json()
        assert (before["by"], before["meaning"]["open"]) == ("file", True)

        zone = product.parts.company.zone
        today = product.parts.now().astimezone(zone)
        closed = WEEK | {"days": {}, "holidays": {today.date().isoformat(): []}}
        saved = (await admin.put("/api/admin/hours", json=closed)).json()
        assert (saved["by"], saved["author"]) == ("page", "Admin")
        assert saved["meaning"] | {"holidays_past": 0} == {
            "open": False, "closes_at": None, "opens_at": None, "holidays_past": 0,
        }  # fmt: skip
        assert product.parts.responder.available().kind == "message"

        tomorrow = (today + timedelta(days=1)).date().isoformat()
        asked = closed | {"holidays": {tomorrow: [["10:00", "11:30"]]}}
        told = (await admin.post("/api/admin/hours/preview", json=asked)).json()
        assert datetime.fromisoformat(told["opens_at"]) == datetime.fromisoformat(
            f"{tomorrow}T10:00+08:00"
        )
        assert (await admin.get("/api/admin/hours")).json()["hours"] == saved["hours"]

        await _refused_by_name(admin)
        base = {"base": saved["changed_at"]}
        again = (await admin.delete("/api/admin/hours", params=base)).json()
        assert (again["hours"], again["by"]) == (before["hours"], "file")
        trail = (await admin.get("/api/admin/audit", params={"action": "hours"})).json()["lines"]
        assert [one["action"] for one in trail] == ["hours.changed", "hours.changed"]
        assert trail[1]["after"]["holidays"] == today.date().isoformat()
        assert "timezone" not in trail[1]["after"], "what did not change is not told"
        everything = (await admin.get("/api/admin/audit")).json()["lines"]
        assert "admin.request" not in {one["action"] for one in everything}, "a preview is no act"


async def test_who_saves_or_forgets_from_a_stale_page_is_refused(product: Product) -> None:
    """Two pages were opened when `company.yaml` held; one has saved, and then given back."""
    product.clock.stop()
    async with product.rest() as admin:

        async def refused(call: Any, **given: Any) -> str:
            answer = await call("/api/admin/hours", **given)
            assert answer.status_code == 409, answer.text
            error: dict[str, str] = answer.json()["error"]
            assert error["code"] == "version_conflict"
            return error["message"]

        first = (await admin.put("/api/admin/hours", json=WEEK | {"base": None})).json()
        other = WEEK | {"days": {"sun": [["10:00", "11:00"]]}}
        assert "by Admin" in await refused(admin.put, json=other)
        assert "by Admin" in await refused(admin.delete)
        assert (await admin.get("/api/admin/hours")).json() == first
        product.clock.pass_(seconds=1)
        second = await admin.put("/api/admin/hours", json=other | {"base": first["changed_at"]})
        assert second.json()["hours"]["days"] == other["days"]
        await refused(admin.delete, params={"base": first["changed_at"]})
        assert (await admin.get("/api/admin/hours")).json() == second.json()
        gone = await admin.delete("/api/admin/hours", params={"base": second.json()["changed_at"]})
        assert gone.json()["by"] == "file"
        told = await refused(admin.put, json=WEEK | {"base": first["changed_at"]})
        assert "company.yaml" in told
