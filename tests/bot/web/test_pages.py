"""The built front ends, and the headers that keep browsers strict."""

from pathlib import Path

import httpx
import pytest

from bot.web import pages
from tests.clients import WAIT
from tests.product import copy_home, running


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built front end of a few lines."""
    folder = tmp_path / "dist"
    (folder / "a").mkdir(parents=True)
    for name in ("demo", "chat", "console", "admin", "sign-in"):
        (folder / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>")
    (folder / "widget.js").write_text("// loader\n" * 50)
    (folder / "a" / "panel-Ab_1.js").write_text("export {}\n")
    (tmp_path / "secret.js").write_text("secret")
    (folder / "a" / "link.js").symlink_to(tmp_path / "secret.js")
    (folder / "a" / "note.exe").write_text("x")
    monkeypatch.setattr(pages, "widget_folder", lambda: folder)
    return folder


async def test_pages_come_with_a_strict_policy(dist: Path, stranger: httpx.AsyncClient) -> None:
    for name in ("demo", "chat", "console", "admin", "sign-in"):
        page = await stranger.get(f"/{name}")
        assert page.status_code == 200
        assert name in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        framing = "'self'" if name == "chat" else "'none'"
        assert f"frame-ancestors {framing}" in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "same-origin"
    home = await stranger.get("/")
    assert (home.status_code, home.headers["location"]) == (307, "/demo")


async def test_only_named_sites_may_frame_the_chat(
    dist: Path, small_home: Path, tmp_path: Path
) -> None:
    web = {"frame_ancestors": ["https://shop.example"]}
    home = copy_home(small_home, tmp_path / "framed")
    async with (
        running(home, settings={"web": web}) as product,
        httpx.AsyncClient(base_url=product.url, trust_env=False, timeout=WAIT) as client,
    ):
        chat = (await client.get("/chat")).headers["content-security-policy"]
        console = (await client.get("/console")).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example" in chat
    assert "frame-ancestors 'none'" in console


async def test_the_loader_is_asked_for_again_and_the_rest_never(
    dist: Path, stranger: httpx.AsyncClient
) -> None:
    loader = await stranger.get("/widget.js")
    assert loader.headers["cache-control"] == "no-cache"
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    assert loader.headers["access-control-allow-origin"] == "*"
    assert loader.headers["content-encoding"] == "gzip"
    known = {"If-None-Match": loader.headers["etag"]}
    assert (await stranger.get("/widget.js", headers=known)).status_code == 304
    plain = await stranger.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == loader.text
    assert plain.headers["etag"] != loader.headers["etag"]
    (dist / "widget.js").write_text("// newer\n")
    assert (await stranger.get("/widget.js", headers=known)).text == "// newer\n"
    asset = await stranger.get("/a/panel-Ab_1.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"].startswith("text/javascript")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "path",
    [
        "/a/none.js",
        "/a/..%2fwidget.js",
        "/a/%2e%2e%2fwidget.js",
        "/a/..%5cwidget.js",
        "/a//etc/passwd",
        "/a/note.exe",
        "/a/link.js",
        "/a/",
        "/widget/../secret.js",
    ],
)
async def test_nothing_beside_the_built_files_is_served(
    dist: Path, shared_stranger: httpx.AsyncClient, path: str
) -> None:
    answer = await shared_stranger.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_without_a_build_the_page_says_what_to_do(
    stranger: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "widget_folder", lambda: tmp_path / "nothing")
    page = await stranger.get("/console")
    assert page.status_code == 503
    assert "make widget" in page.text
    assert (await stranger.get("/widget.js")).status_code == 503


async def test_answers_with_data_are_never_kept(
    stranger: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    for answer in (
        await admin.get("/api/session"),
        await admin.get("/api/admin/agents"),
        await stranger.get("/api/incidents"),
        await stranger.get("/health/live"),
    ):
        assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in (await admin.get("/api/session")).headers
    public = await stranger.get("/api/incidents", headers={"Origin": "https://shop.example"})
    assert public.headers["access-control-allow-origin"] == "*"


async def test_health_says_what_is_missing(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/health/live")).json() == {"status": "live"}
    ready = await stranger.get("/health/ready")
    assert ready.status_code == 200
    told = ready.json()
    assert (told["status"], told["database"], told["index"]) == ("degraded", "ok", "none")
    assert told["advice"] == ["The bot knows no article: `handrail index`."]
