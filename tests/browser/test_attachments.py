"""A picture goes from a customer to an agent and a PDF back, on a site that allows no images."""

import asyncio
import io
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, expect

from tests.bot.web.attached import paper, picture
from tests.browser.host_site import host_site
from tests.browser.looks import check
from tests.browser.people import Console, Widget, text
from tests.browser.stage import Stage
from tests.product import running

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title></head>'
    "<body><main><h1>Shop</h1></main>"
    '<script src="{server}/widget.js" async></script></body></html>'
)
DROP = """([selector, kind, bytes, name]) => {
  const panel = document.querySelector('handrail-chat').shadowRoot;
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
  const with_ = kind === 'drop' ? { dataTransfer: data } : { clipboardData: data };
  const Made = kind === 'drop' ? DragEvent : ClipboardEvent;
  const event = new Made(kind, { ...with_, bubbles: true, cancelable: true, composed: true });
  return !panel.querySelector(selector).dispatchEvent(event);
}"""
MIDDLE = """(canvas) => [...canvas.getContext('2d')
  .getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data].slice(0, 3)"""
TEAL = (20, 110, 110)


async def test_a_picture_goes_out_and_a_pdf_comes_back(home: Path, stage: Stage) -> None:
    async with host_site() as site:
        origins = {"web": {"allowed_origins": (site.url,)}}
        async with running(home, settings=origins) as product:
            site.files["/"] = ("text/html", PAGE.format(server=product.url))
            site.headers["Content-Security-Policy"] = (
                f"default-src 'none'; script-src {product.url}; connect-src {product.url} "
                f"{product.ws}; require-trusted-types-for 'script'; trusted-types 'none'"
            )
            page = await stage.visit(site.url)
            widget = await Widget(page).open()
            await _choose(stage, page, widget)
            answer = widget.answers.first
            await expect(answer).to_contain_text("can't look at pictures")
            await widget.panel.locator(".offer").click()
            console = await Console(await stage.staff(product, "Aina")).ready()
            await console.claim_first()
            await _answer(stage, console)
            await _read(stage, page, widget)
            await stage.close()


async def _choose(stage: Stage, page: Page, widget: Widget) -> None:
    """Two files of three go: what is wrong with the third is said, and it can be taken away."""
    tray = widget.panel.locator(".tray li")
    chosen = widget.panel.locator(".clip input")
    await chosen.set_input_files(
        [
            {"name": "screen.png", "mimeType": "image/png", "buffer": picture(size=(640, 400))},
            {"name": "page.png", "mimeType": "image/png", "buffer": b"<html>hello</html>"},
        ]
    )
    stage.allow(r"status of 415")
    await expect(tray.nth(1)).to_contain_text(text("attach.failed.unsupported_type"))
    await expect(tray.nth(0)).to_contain_text("screen.png")
    await expect(tray.nth(0).locator("canvas")).to_be_visible()
    await check(stage, page, "chosen")
    await tray.nth(1).get_by_role("button", name=text("attach.remove", name="page.png")).click()
    await expect(tray).to_have_count(1)
    await expect(widget.field).to_be_focused()
    small = [*picture()]
    assert await page.evaluate(DROP, [".log", "drop", small, "dropped.png"])
    await page.route("**/api/attachments", lambda route: route.abort())
    stage.allow(r"ERR_FAILED")
    assert await page.evaluate(DROP, [".field", "paste", small, "pasted.png"])
    await expect(tray.nth(2)).to_contain_text(text("attach.failed.offline"))
    await page.unroute("**/api/attachments")
    await tray.nth(2).get_by_role("button", name=text("attach.retry")).click()
    await expect(widget.panel.locator(".send")).to_be_enabled()
    await widget.field.press("Enter")
    await expect(tray).to_have_count(0)
    images = widget.panel.locator(".message.customer .attached-image")
    await expect(images).to_have_count(3)


async def _answer(stage: Stage, console: Console) -> None:
    """The agent opens the picture by keyboard and answers with a PDF alone."""
    image = console.log.locator(".file-image").first
    await image.locator("img").evaluate("(one) => one.decode()")
    await check(stage, console.page, "console")
    await image.focus()
    await console.page.keyboard.press("Enter")
    large = console.dialog.locator("img")
    await large.evaluate("(one) => one.decode()")
    assert await large.evaluate("(one) => [one.naturalWidth, one.naturalHeight]") == [640, 400]
    await check(stage, console.page, "large")
    await console.page.keyboard.press("Escape")
    await expect(console.dialog).to_have_count(0)  # while one is open, letters are its own
    await expect(image).to_be_focused()
    async with console.page.expect_file_chooser() as asked:
        # A busy page may hear of the key before it hears who takes the choice: not after this.
        await console.page.evaluate("1")
        await console.page.keyboard.press("f")
    chooser = await asked.value
    guide = {"name": "guide.pdf", "mimeType": "application/pdf", "buffer": paper(script=True)}
    await chooser.set_files([guide])
    send = console.page.locator(".composer button[type=submit]")
    await expect(send).to_be_enabled()
    await check(stage, console.page, "reply")
    await console.field.focus()
    await console.page.keyboard.press("Control+Enter")
    await expect(console.log.locator(".file-row")).to_contain_text("guide.pdf")


async def _read(stage: Stage, page: Page, widget: Widget) -> None:
    """The customer saves the PDF as it was, and looks at the picture large."""
    row = widget.panel.locator(".attached-file")
    await expect(row).to_contain_text("guide.pdf")
    async with page.expect_download() as waiting:
        await row.click()
    download = await waiting.value
    assert download.suggested_filename == "guide.pdf"
    kept = await asyncio.to_thread((await download.path()).read_bytes)
    assert kept == paper(script=True)
    image = widget.panel.locator(".attached-image").first
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.emulate_media(color_scheme="dark")
    await image.scroll_into_view_if_needed()
    await check(stage, page, "messages on a phone in the dark")
    await image.click()
    large = widget.panel.get_by_role("dialog", name="screen.png").locator("canvas")
    await expect(large).to_have_js_property("width", 640)
    drawn = await large.evaluate(MIDDLE)
    assert drawn == list(Image.open(io.BytesIO(picture(size=(640, 400)))).getpixel((320, 200)))
    await check(stage, page, "picture")
    await page.keyboard.press("Escape")
    await expect(image).to_be_focused()
    await expect(widget.panel).to_be_visible()
    async with page.expect_download() as waiting:
        await image.press("Enter")
        await widget.panel.get_by_role(
            "button", name=text("attach.save", name="screen.png")
        ).click()
    assert (await waiting.value).suggested_filename == "screen.png"
