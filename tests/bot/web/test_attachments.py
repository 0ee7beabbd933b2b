"""Attachments: what is taken, what is made of it, who reads it, and how long it stays."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bot.attachments import naming, store
from bot.attachments.settings import AttachmentSettings
from bot.attachments.tables import attachment_parts, attachments
from bot.conversation import events as e
from bot.errors import RateLimited
from bot.limits import Limits
from bot.settings import WebSettings
from tests.bot.web.attached import (
    PATH,
    SECRET,
    Sender,
    bomb,
    moving,
    paper,
    picture,
    say,
    telling,
    visitor,
)
from tests.clients import WAIT
from tests.product import Product, copy_home, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = {
    "a page called .png": (b"<html><script>alert(1)</script></html>", "unsupported_type", 415),
    "a drawing with a script": (
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "unsupported_type",
        415,
    ),
    "GIF and script at once": (b"GIF89a/*" + bytes(64) + b"*/=1;alert(1)", "unsupported_type", 415),
    "a JPEG cut off": (picture("JPEG", (900, 900))[:2000], "broken_file", 422),
    "a PDF in name only": (b"%PDF-1.7\n<script>alert(1)</script>", "broken_file", 422),
    "a PDF cut off": (paper()[:200], "broken_file", 422),
    "a PDF without a page": (paper(empty=True), "broken_file", 422),
    "50,000 x 50,000 pixels": (bomb(), "too_many_pixels", 422),
    "nothing": (b"", "empty_file", 422),
}


@pytest.mark.parametrize("case", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_file_is_refused_with_its_reason(
    shared: Product, case: tuple[bytes, str, int]
) -> None:
    data, code, status = case
    async with visitor(shared) as (_, sender):
        answer = await sender.upload(data, "holiday.png")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code), answer.text
    assert re.search(r"\. (Save|Send|Make|Choose) ", error["message"]), "it says what to do"


async def test_an_image_is_made_anew_without_what_it_tells(shared: Product) -> None:
    sent = telling()
    assert SECRET in sent
    async with visitor(shared) as (_, sender):
        kept = await sender.kept(sent, "me.jpg")
        answer = await sender.http.get(f"{PATH}/{kept['id']}")
        small = await sender.http.get(f"{PATH}/{kept['id']}/preview")
    made = Image.open(io.BytesIO(answer.content))
    assert (kept["type"], kept["width"], kept["height"]) == ("image/jpeg", 48, 64)
    assert made.size == (48, 64), "turned as it was held"
    assert (dict(made.getexif()), SECRET in answer.content) == ({}, False)
    assert len(answer.content) == kept["size"]
    assert Image.open(io.BytesIO(small.content)).format == "WEBP"


async def test_every_kind_is_taken_by_its_content(shared: Product) -> None:
    async with visitor(shared) as (_, sender):
        for kind in ("PNG", "JPEG", "WEBP"):
            kept = await sender.kept(picture(kind), "wrong.pdf")
            assert kept["type"] == f"image/{kind.lower()}"
            assert kept["name"] in ("wrong.png", "wrong.jpg", "wrong.webp")
        film = await sender.kept(moving())
        answer = await sender.http.get(f"{PATH}/{film['id']}")
        assert getattr(Image.open(io.BytesIO(answer.content)), "n_frames", 1) == 3
        script = paper(script=True)
        kept = await sender.kept(script, "bill.html")
        answer = await sender.http.get(f"{PATH}/{kept['id']}")
    assert (kept["name"], kept["type"], answer.content) == ("bill.pdf", "application/pdf", script)
    headers = answer.headers
    assert headers["content-disposition"].startswith("attachment; ")
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\temp\\x.exe", "x.png"),
        ("\u202egpj.exe", "gpj.png"),
        ('a";b\r\nX: y.png', "a ;b X y.png"),
        ("", "file.png"),
        ("收据 2026.PNG", "收据 2026.PNG"),
        ("." * 300, "file.png"),
        ("x" * 500, f"{'x' * 112}.png"),
    ],
)
async def test_a_name_is_for_reading_only(given: str, shown: str) -> None:
    assert naming.safe(given, "image/png") == shown
    header = naming.disposition(shown)
    assert header.isascii()
    assert "\n" not in header


async def test_a_file_is_too_large_whatever_it_announces(small_home: Path, tmp_path: Path) -> None:
    limits = {"attachments": {"max_bytes": 20_000, "files_per_hour": 4, "max_megapixels": 1}}
    home = copy_home(small_home, tmp_path / "home")
    async with running(home, settings=limits) as product, visitor(product) as (_, sender):

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(400):
                yield bytes(1000)

        streamed = await sender.http.post(PATH, content=endless())
        announced = await sender.upload(bytes(20_001))
        assert (streamed.status_code, announced.status_code) == (413, 413)
        assert streamed.json()["error"]["code"] == "too_large"
        film = await sender.upload(moving((600, 600)))
        assert film.json()["error"]["code"] == "too_many_pixels", "all its pictures count"
        assert (await sender.upload(picture())).status_code == 200
        many = await sender.upload(picture())
        assert (many.status_code, many.json()["error"]["code"]) == (429, "rate_limited")
        assert int(many.headers["retry-after"]) > 0
        async with visitor(product) as (_, other):
            assert (await other.upload(picture())).status_code == 200


async def test_bytes_are_counted_by_visitor_and_by_address() -> None:
    files = AttachmentSettings(megabytes_per_hour=1, address_megabytes_per_hour=2)
    limits = Limits(WebSettings(), files)
    await limits.attached("one", "here", 600_000)
    with pytest.raises(RateLimited, match="many large files"):
        await limits.attached("one", "here", 600_000)
    await limits.attached("two", "here", 900_000)
    with pytest.raises(RateLimited, match="from this address"):
        await limits.attached("three", "here", 600_000)
    await limits.attached("three", "there", 300_000)


async def test_only_those_who_take_part_read_it(shared: Product) -> None:
    async with (
        visitor(shared) as (customer, sender),
        visitor(shared) as (stranger, other),
        shared.agent("Aina") as agent,
        shared.rest("Aina") as hers,
        shared.rest("Wei Ling") as his,
    ):
        nobody = Sender(shared.url, None)
        forged = Sender(shared.url, "x" * 43)
        abroad = Sender(shared.url, None, "https://evil.example")
        abroad.http.headers["Authorization"] = sender.http.headers["Authorization"]
        mine = (await sender.kept(picture(), "screen.png"))["id"]
        assert await sender.status(mine) == 200
        assert await other.status(mine) == 404, "not yet sent, and not theirs"
        assert (await hers.get(f"{PATH}/{mine}")).status_code == 404
        stolen = await say(stranger, [mine])
        assert stolen["code"] == "no_attachment", "nobody sends what another uploaded"

        ack = await say(customer, [mine], "it looks like this")
        frame = {"conversation": ack["conversation"], "type": "claim", "id": "c"}
        await agent.answer_to(frame)
        upload = await hers.post(PATH, content=paper(), headers={"X-File-Name": "guide.pdf"})
        theirs = upload.json()["id"]
        assert (await his.get(f"{PATH}/{theirs}")).status_code == 404, "a colleague's, unsent"
        said = await agent.act(
            "say", conversation=ack["conversation"], text="", attachments=[theirs]
        )
        assert said["type"] == "ok", said
        note = await agent.act(
            "note", conversation=ack["conversation"], text="n", attachments=[theirs]
        )
        assert note["code"] == "bad_frame"
        await customer.person()
        await say(stranger, [(await other.kept(picture()))["id"]], "mine")
        for one, part in ((mine, ""), (mine, "/preview"), (theirs, "")):
            assert await sender.status(one, part) == 200
            assert await other.status(one, part) == 404
            assert await forged.status(one, part) == 401
            assert await nobody.status(one, part) == 401
            assert await abroad.status(one, part) == 403
            assert (await hers.get(f"{PATH}/{one}{part}")).status_code == 200
            assert (await his.get(f"{PATH}/{one}{part}")).status_code == 200
            assert (await sender.http.delete(f"{PATH}/{one}")).status_code == 404, "it is sent"
        assert await sender.status(theirs, "/preview") == 404, "a PDF has none"
        await hers.delete("/api/session")
        assert (await hers.get(f"{PATH}/{mine}")).status_code == 401, "signed out"
        for one in (nobody, forged, abroad):
            assert (await one.upload(picture())).status_code in (401, 403)
            await one.http.aclose()


async def test_a_message_is_sent_once_and_so_are_its_attachments(shared: Product) -> None:
    async with visitor(shared) as (customer, sender):
        ids = [(await sender.kept(picture(), f"{number}.png"))["id"] for number in range(2)]
        first = await say(customer, ids, "two", id="m-1")
        again = await say(customer, ids, "two", id="m-1")
        assert (first["position"], again["type"]) == (again["position"], "ack")
        twice = await say(customer, [ids[0]], "once more")
        assert twice["code"] == "no_attachment"
        many = await say(customer, [str(number) for number in range(6)])
        assert many["code"] == "bad_frame"
        double = (await sender.kept(picture()))["id"]
        assert (await say(customer, [double, double]))["code"] == "no_attachment"
        assert (await say(customer, [double]))["type"] == "ack", "a refusal takes nothing"
        assert (await say(customer, []))["code"] == "empty_message"
        events = await shared.log_of(first["conversation"])
    said = [one.data for one in events if one.kind == e.CUSTOMER_SAID]
    assert [[file["name"] for file in data["attachments"]] for data in said] == [
        ["0.png", "1.png"], ["a.png"],
    ]  # fmt: skip
    assert said[0]["attachments"][0] == {
        "id": ids[0], "name": "0.png", "type": "image/png", "width": 64, "height": 48,
        "size": said[0]["attachments"][0]["size"],
    }  # fmt: skip


async def test_the_bot_says_that_it_cannot_see_and_then_calls_a_person(shared: Product) -> None:
    async with visitor(shared) as (customer, sender), shared.agent("Wei Ling") as agent:
        one, two = [(await sender.kept(picture(), "seat.png"))["id"] for _ in range(2)]
        ack = await say(customer, [one])
        answer = (await customer.outcome(ack["position"]))["data"]
        assert "can't look at pictures" in answer["text"]
        assert (answer["decision"], answer["offer_person"]) == ("unsure", True)
        ack = await say(customer, [two])
        called = await customer.outcome(ack["position"])
        assert (called["kind"], called["data"]["reason"]) == (e.PERSON_CALLED, "stuck")
        dossier = await agent.follow(ack["conversation"])
        assert "2 个附件" in dossier["summary"], "in the language of who reads it"
        await agent.queue(lambda one: "seat.png" in [row["preview"] for row in one["waiting"]])


async def test_what_was_never_sent_is_removed_after_a_day(small_home: Path, tmp_path: Path) -> None:
    home = copy_home(small_home, tmp_path / "home")
    async with running(home) as product, visitor(product) as (customer, sender):
        sent, old = [(await sender.kept(picture()))["id"] for _ in range(2)]
        await say(customer, [sent], "look")
        product.clock.pass_(hours=25)
        young = (await sender.kept(picture()))["id"]
        await product.parts.clock.remove_unsent()
        assert [await sender.status(one) for one in (sent, old, young)] == [200, 404, 200]
        assert (await sender.http.delete(f"{PATH}/{young}")).status_code == 204

        def left(tx: object) -> tuple[set[str], set[str]]:
            rows = tx.execute(attachments.select()).all()  # type: ignore[attr-defined]
            parts = tx.execute(attachment_parts.select()).all()  # type: ignore[attr-defined]
            return {row.id for row in rows}, {row.attachment_id for row in parts}

        assert await product.parts.database.read(left) == ({sent}, {sent})


async def test_a_large_file_is_kept_in_parts_and_comes_back_whole(shared: Product) -> None:
    noise = Image.effect_noise((900, 700), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "PNG")
    assert len(out.getvalue()) > 4 * store.PART
    async with visitor(shared) as (_, sender):
        kept = await sender.kept(out.getvalue())
        answer = await sender.http.get(f"{PATH}/{kept['id']}")
    assert Image.open(io.BytesIO(answer.content)).tobytes() == noise.tobytes()


async def test_a_page_that_may_embed_the_chat_reads_the_answers(
    small_home: Path, tmp_path: Path
) -> None:
    settings = {
        "web": {"allowed_origins": ("https://shop.example",)},
        "attachments": {"enabled": False},
    }
    home = copy_home(small_home, tmp_path / "home")
    async with running(home, settings=settings) as product, visitor(product) as (customer, own):
        async with httpx.AsyncClient(base_url=product.url, trust_env=False, timeout=WAIT) as page:
            asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
            answer = await page.options(PATH, headers=asked)
            assert answer.status_code == 204
            assert answer.headers["access-control-allow-origin"] == "https://shop.example"
            assert "authorization" in answer.headers["access-control-allow-headers"]
            evil = await page.options(PATH, headers=asked | {"Origin": "https://shop.example.evil"})
            assert (evil.status_code, "access-control-allow-origin" in evil.headers) == (403, False)
        own.http.headers["Origin"] = "https://shop.example"
        refused = await own.upload(picture())
        assert refused.headers["access-control-allow-origin"] == "https://shop.example"
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "attachments_off")
        welcome = next(one for one in customer.frames if one["type"] == "welcome")
        assert welcome["attachments"] is None
