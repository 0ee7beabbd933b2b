"""The pages and files of the front ends, as they were built into `widget/dist`."""

import re
from html import escape
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI, Query, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.errors import NotFound
from bot.web import files
from bot.web.auth import parts_of
from bot.web.shield import Shield, policy
from bot.web.wire import Locale

router = APIRouter()

_FILE = re.compile(r"[\w-][\w.-]{0,199}")
_MISSING = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title>'
    "<h1>The pages are not built</h1><p>There is no <code>{name}</code> in "
    "<code>widget/dist</code>. Run <code>make widget</code>, then load this page again.</p>"
)


_PREVIEW = (
    '<!doctype html><html lang="{locale}"><meta charset="utf-8"><title>Preview</title>'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" '
    'content="{theme}"><link rel="icon" href="data:,"><body>'
    '<script src="/widget.js"{attributes} async></script>'
)
Accent = Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


def widget_folder() -> FilePath:
    """Where the built front ends lie: inside the installed package, else in the checkout."""
    package = FilePath(__file__).resolve().parent.parent
    inside = package / "_widget"
    return inside if inside.is_dir() else package.parent / "widget" / "dist"


def secure(app: FastAPI) -> None:
    """Put the shield before the application; called once, after the routes."""
    app.add_middleware(Shield)


@router.get("/")
async def home() -> RedirectResponse:
    """The demo page stands at the beginning."""
    return RedirectResponse("/demo", 307)


@router.get("/demo")
@router.get("/console")
@router.get("/admin")
@router.get("/sign-in")
async def page(request: Request) -> Response:
    """A page that no other site may frame."""
    return _page(request, request.url.path.strip("/"), {"X-Frame-Options": "DENY"})


@router.get("/admin/preview")
async def preview(
    locale: Locale,
    theme: Literal["light", "dark"] | None = None,
    position: Literal["left", "right"] | None = None,
    accent: Accent = "",
) -> HTMLResponse:
    """An empty page with the chat on it, as a site would have it; only our own pages frame it."""
    given = {
        "locale": locale,
        "theme": theme or "",
        "position": position or "",
        "accent": accent,
    }
    attributes = "".join(f' data-{name}="{escape(told)}"' for name, told in given.items() if told)
    shown = _PREVIEW.format(locale=locale, theme=theme or "light dark", attributes=attributes)
    return HTMLResponse(shown, headers={"Content-Security-Policy": policy(["'self'"])})


@router.get("/chat")
async def chat(request: Request) -> Response:
    """The widget as a page of its own, which the sites of the settings may frame."""
    allowed = parts_of(request).settings.web.frame_ancestors
    headers = {"Content-Security-Policy": policy(["'self'", *allowed])}
    if allowed:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _page(request, "chat", headers)


@router.head("/banner.js", include_in_schema=False)
@router.head("/widget.js", include_in_schema=False)
@router.get("/banner.js")
@router.get("/widget.js")
async def loader(request: Request) -> Response:
    """What pages of other sites load, at its stable address: the chat, or the incident banner."""
    path = widget_folder() / request.url.path.strip("/")
    found = files.file(request, path, cache=files.REVALIDATE, headers={})
    if found is None:
        text = "// The widget is not built: run `make widget`.\n"
        return PlainTextResponse(text, 503, media_type="text/javascript")
    return found


@router.get("/a/{name}")
async def asset(request: Request, name: str) -> Response:
    """A file whose name changes with its content."""
    path = widget_folder() / "a" / name
    found = (
        files.file(request, path, cache=files.FOR_EVER, headers={})
        if _FILE.fullmatch(name)
        else None
    )
    if found is None:
        raise NotFound(f"There is no file {name!r}.")
    return found


def _page(request: Request, name: str, headers: dict[str, str]) -> Response:
    path = widget_folder() / f"{name}.html"
    found = files.file(request, path, cache=files.REVALIDATE, headers=headers)
    if found is None:
        return HTMLResponse(_MISSING.format(name=path.name), 503, headers=headers)
    return found
