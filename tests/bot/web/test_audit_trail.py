"""Every admin action leaves a line in the audit trail, and nothing there is a secret."""

import io
import zipfile
from typing import Any

import httpx
import pytest
from fastapi import Request

from bot import audit
from bot.audit import Line
from bot.web.auth import Admin
from tests.product import Product, until

ARTICLE = {
    "title": "Bicycles on board", "category": "ferries", "body": "Bicycles travel for free.",
    "publish": True, "base_version": None,
}  # fmt: skip
INCIDENT = {
    "title": {"en": "Lifts are out"}, "components": ["payments"], "severity": "major",
    "status": "investigating", "text": {"en": "We are looking into it."},
}  # fmt: skip
RULE = {"id": "lawyer", "name": "Lawyer", "when": {"words": {"en": ["lawyer"]}}}
SECRET = "Bicycles travel for free."


async def lines(product: Product) -> list[Line]:
    """The trail, oldest first."""
    query = audit.found()
    return (await product.parts.database.read(lambda tx: audit.lines(tx, query)))[::-1]


class Walk:
    """Sends requests as the admin and sees to it that each leaves the line it should."""

    def __init__(self, product: Product, client: httpx.AsyncClient) -> None:
        self.product, self.client = product, client
        self.walked: set[tuple[str, str]] = set()

    async def __call__(
        self, method: str, route: str, action: str, *, json: Any = None, **given: Any
    ) -> Any:
        """`route` as the application names it; its places are filled from `given`."""
        before = len(await lines(self.product))
        files = given.pop("files", None)
        address = f"/api/admin{route}".format(**given)
        answer = await self.client.request(method, address, json=json, files=files)
        assert answer.status_code < 300, (route, answer.text)
        new = (await lines(self.product))[before:]
        assert action in [one.action for one in new], route
        assert {one.name for one in new} == {"Admin"}, route
        self.walked.add((method, f"/api/admin{route}"))
        return answer.json() if answer.content else None


async def test_every_admin_action_leaves_a_line(product: Product, admin: httpx.AsyncClient) -> None:
    walk = Walk(product, admin)
    await _articles(walk)
    await _imports(walk)
    await walk("POST", "/index/cancel", "index.cancelled", json={})
    await _incidents(walk, product)
    await _people(walk)
    await walk("PUT", "/rules", "rules.changed", json=[RULE])
    await walk("PUT", "/index/confidence", "confidence.chosen", json={"tolerated": 0.05})
    trail = await lines(product)
    assert SECRET not in repr(trail)
    assert (await product.parts.database.read(audit.verify)).broken is None
    chosen = next(one for one in trail if one.action == "confidence.chosen")
    assert (chosen.before, chosen.after) == ({"tolerated": None}, {"tolerated": 0.05})
    ruled = next(one for one in trail if one.action == "rules.changed")
    assert ruled.after["added"] == ["lawyer"]
    ours = _unsafe(product)
    assert walk.walked <= ours
    left = {one for one in ours - walk.walked if one[1].split("/")[3] in OURS}
    assert left == {
        ("POST", "/api/admin/index/build"),
        ("POST", "/api/admin/index/resume"),
        ("POST", "/api/admin/index/rollback"),
    }


OURS = {"articles", "import", "imports", "index", "incidents", "proposals", "agents", "rules"}
"""Every unsafe route below these is walked above, or where an index is built (`test_index.py`).

Those elsewhere are watched as a whole: see below."""


def _unsafe(product: Product) -> set[tuple[str, str]]:
    """What admins can do: every method that changes something, of every address."""
    paths = product.app.openapi()["paths"]
    return {
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/admin/")
        and method not in ("get", "head")
        and path != "/api/admin/rules/trial"  # it changes nothing
    }


async def _articles(walk: Walk) -> None:
    article, one = "/articles/{article}/{locale}", {"article": "bicycles", "locale": "en"}
    await walk("PUT", article, "article.published", json=ARTICLE, **one)
    draft = ARTICLE | {"publish": False, "base_version": 1, "title": "Bikes"}
    await walk("PUT", article, "article.saved", json=draft, **one)
    back = {"base_version": 2, "publish": True}
    old = f"{article}/versions/{{version}}/restore"
    await walk("POST", old, "article.restored", json=back, version=1, **one)
    await walk("DELETE", f"{article}", "article.pulled", **one)
    again = ARTICLE | {"base_version": 3}
    await walk("PUT", article, "article.published", json=again, **one)
    await walk("DELETE", "/articles/{article}", "article.pulled", article="bicycles")
    malay = {"article": "basikal", "locale": "ms"}
    await walk("PUT", article, "article.published", json=ARTICLE, **malay)
    other = {"article": "bicycles"}
    await walk("POST", f"{article}/translates", "article.moved", json=other, **malay)


def _zip(**texts: str) -> dict[str, Any]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in texts.items():
            head = f"id: {name}\nlocale: en\ntitle: {name}\ncategory: fees\nupdated: 2026-11-01"
            archive.writestr(f"{name}.md", f"---\n{head}\n---\n{text}\n")
    return {"files[]": ("help.zip", packed.getvalue(), "application/zip")}


async def _imports(walk: Walk) -> None:
    texts = {f"fee-{n}": f"It costs {n} dollars." for n in range(8)}
    await walk("POST", "/import", "import.finished", files=_zip(**texts))
    place = {"article": "fee-0", "locale": "en"}
    ours = ARTICLE | {"base_version": 1, "body": "It is free.", "category": "fees"}
    await walk("PUT", "/articles/{article}/{locale}", "article.published", json=ours, **place)
    fewer = {name: text for name, text in texts.items() if name not in ("fee-6", "fee-7")}
    newer = fewer | {"fee-0": "It costs a fortune."}
    await walk("POST", "/import", "import.finished", files=_zip(**newer))
    where, name = "/api/admin/imports/source", {"name": "help.zip"}
    left = (await walk.client.get(where, params=name)).json()
    gone, changed = [
        [{"source_id": one["source_id"], "locale": one["locale"]} for one in left[kind]]
        for kind in ("missing", "proposed")
    ]
    assert (len(gone), len(changed)) == (2, 1)
    await walk("POST", "/imports/keep", "import.kept", json=name | {"documents": gone[:1]})
    await walk("POST", "/imports/remove", "import.removed", json=name | {"documents": gone[1:]})
    settled = name | changed[0] | {"accept": False}
    await walk("POST", "/imports/decide", "import.decided", json=settled)
    here = f"{walk.product.url}/nothing-here"
    importing = walk.product.parts.importing
    await walk("POST", "/imports", "import.begun", json={"address": here, "name": "web"})
    await until(lambda: importing.running is None)
    await walk("POST", "/imports/again", "import.begun", json={"name": "web"})
    await until(lambda: importing.running is None)
    await walk("POST", "/imports/cancel", "import.cancelled", json={})
    await walk("POST", "/imports/forget", "import.forgotten", json=name)


async def _incidents(walk: Walk, product: Product) -> None:
    made = await walk("POST", "/incidents", "incident.declared", json=INCIDENT)
    one, update = {"incident": made["id"]}, {"update": made["updates"][0]["id"]}
    where = "/incidents/{incident}"
    await walk("PATCH", where, "incident.edited", json={"severity": "minor"}, **one)
    told = {"status": "monitoring", "text": {"en": "It is better."}}
    await walk("POST", f"{where}/updates", "incident.updated", json=told, **one)
    malay = {"text": {"ms": "Kami sedang menyiasat."}}
    address = f"{where}/updates/{{update}}"
    await walk("PATCH", address, "incident.texts_written", json=malay, **one, **update)
    noted = {"text": "Look at the lift's log.", "kind": "finding"}
    await walk("POST", f"{where}/notes", "incident.noted", json=noted, **one)
    from retrieval.incidents import sensor_proposals

    def report(tx: Any, about: str) -> str:
        now = product.clock()
        return sensor_proposals.report(tx, component=about, text=about, by="Aina", now=now).id

    for about, deed, action, body in (
        ("payments", "declare", "proposal.declared", {"prepare_only": True}),
        ("app", "dismiss", "proposal.dismissed", None),
    ):
        proposal = await product.parts.database.write(lambda tx, about=about: report(tx, about))
        done = await walk(
            "POST", f"/proposals/{{proposal}}/{deed}", action, json=body, proposal=proposal
        )
        if deed == "declare":
            prepared = {"incident": done["incident"]}
            await walk("POST", f"{where}/declare", "incident.declared", json={}, **prepared)


async def _people(walk: Walk) -> None:
    new = {"name": "Siti", "role": "agent", "languages": ["ms"]}
    added = await walk("POST", "/agents", "person.invited", json=new)
    one, where = {"agent": added["agent"]["id"]}, "/agents/{agent}"
    await walk("POST", f"{where}/sign-in-link", "person.link_made", json={}, **one)
    await walk("PATCH", where, "person.changed", json={"role": "admin", "capacity": 3}, **one)
    await walk("POST", f"{where}/disable", "person.disabled", json={}, **one)
    await walk("POST", f"{where}/enable", "person.enabled", json={}, **one)
    changed = next(one for one in await lines(walk.product) if one.action == "person.changed")
    assert changed.before["role"] == "agent"
    assert changed.after == {"role": "admin", "capacity": 3}
    assert added["sign_in_url"].split("#")[1] not in repr(await lines(walk.product))


async def test_what_an_endpoint_forgets_to_tell_is_told_anyway(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    async def silent(_: Admin, fail: bool = False) -> str:
        return "done" if not fail else str(1 / 0)

    async def trial(_: Admin, request: Request) -> str:
        return request.method

    product.app.add_api_route("/api/admin/silent", silent, methods=["POST", "GET"])
    assert (await admin.get("/api/admin/silent")).status_code == 200
    assert (await stranger.post("/api/admin/silent")).status_code == 401
    assert await lines(product) == []
    assert (await admin.post("/api/admin/silent")).status_code == 200
    async with product.rest("Aina") as aina:
        assert (await aina.get("/api/admin/rules")).status_code == 403
    told = [(one.name, one.action, one.subject) for one in await lines(product)]
    assert told == [
        ("Admin", "admin.request", "POST /api/admin/silent"),
        ("Aina", "access.refused", "GET /api/admin/rules"),
    ]


async def test_who_signs_in_and_who_tries_to_is_known_and_no_password_is(
    product: Product, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    password = "correct horse battery"
    assert (await admin.post("/api/session/password", json={"password": password})).is_success
    wrong = {"name": "admin", "password": "hunter2hunter2"}
    assert (await stranger.post("/api/session", json=wrong)).status_code == 401
    typed_twice = {"name": "hunter2hunter2", "password": "hunter2hunter2"}
    assert (await stranger.post("/api/session", json=typed_twice)).status_code == 401
    assert (await stranger.post("/api/session", json={"token": "no-such-link"})).status_code == 401
    right = {"name": "Admin", "password": password}
    csrf = (await stranger.post("/api/session", json=right)).json()["csrf"]
    await stranger.delete("/api/session", headers={"X-Handrail-CSRF": csrf})
    trail = await lines(product)
    assert [(one.who, one.action, one.subject, one.after.get("by")) for one in trail] == [
        ("admin", "password.set", "Admin", None),
        ("nobody", "session.refused", "Admin", "password"),
        ("nobody", "session.refused", "", "password"),
        ("nobody", "session.refused", "", "link"),
        ("admin", "session.opened", "Admin", "password"),
        ("admin", "session.closed", "Admin", None),
    ]
    assert trail[1].after["from"] == "127.0.0.1"
    assert not {"hunter2", "correct horse", "no-such-link"} & {
        word for word in ("hunter2", "correct horse", "no-such-link") if word in repr(trail)
    }


@pytest.mark.parametrize("number", [3])
async def test_the_trail_is_read_by_page_and_filter_and_as_a_file(
    product: Product, admin: httpx.AsyncClient, number: int
) -> None:
    for name in ("Siti", "Wen", "Raj"):
        new = {"name": name, "role": "agent", "languages": ["en"]}
        assert (await admin.post("/api/admin/agents", json=new)).is_success
    await admin.put("/api/admin/rules", json=[])
    first = (await admin.get("/api/admin/audit", params={"limit": 2})).json()
    assert [one["action"] for one in first["lines"]] == ["rules.changed", "person.invited"]
    assert (first["more"], first["names"]) == (True, ["Admin"])
    assert first["actions"] == ["person.invited", "rules.changed"]
    before = {"limit": 2, "before": first["lines"][-1]["number"]}
    rest = (await admin.get("/api/admin/audit", params=before)).json()
    assert ([one["subject"] for one in rest["lines"]], rest["more"]) == (["Wen", "Siti"], False)
    people = (await admin.get("/api/admin/audit", params={"action": "person"})).json()["lines"]
    assert len(people) == number
    one = (await admin.get("/api/admin/audit", params={"subject": "RAJ"})).json()["lines"]
    assert [line["subject"] for line in one] == ["Raj"]
    until_now = {"until": product.clock().isoformat(), "name": "Admin"}
    late = {"since": product.clock().isoformat()}
    assert len((await admin.get("/api/admin/audit", params=until_now)).json()["lines"]) == 4
    assert (await admin.get("/api/admin/audit", params=late)).json()["lines"] == []
    file = await admin.get("/api/admin/audit/file.csv", params={"action": "rules"})
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(file.text.splitlines()) == 2
    state = (await admin.get("/api/admin/audit/state")).json()
    assert (state["lines"], state["broken"]) == (4, None)
