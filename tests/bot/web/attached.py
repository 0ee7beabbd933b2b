"""Files to attach, good and hostile, made here; and the calls that send and read them."""

import io
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.clients import WAIT, CustomerClient
from tests.product import Product

SECRET = b"the owner's name"
PATH = "/api/attachments"


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """An image of two colours."""
    made = Image.new("RGB", size, (20, 110, 110))
    made.paste((250, 240, 220), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def telling() -> bytes:
    """A JPEG that says where it was made, by whom, and that it was held upright."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (3.0, 8.0, 24.0)
    return picture("JPEG", exif=exif, comment=SECRET)


def moving(size: tuple[int, int] = (40, 30)) -> bytes:
    """A GIF of three pictures."""
    frames = [Image.new("RGB", size, (60 * number, 20, 20)) for number in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=70, loop=0)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred kB that unfolds into 50,000 by 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(6251)) for _ in range(50_000)) + packer.flush()
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    ihdr, idat = chunk(b"IHDR", head), chunk(b"IDAT", packed)
    return b"\x89PNG\r\n\x1a\n" + ihdr + idat + chunk(b"IEND", b"")


def paper(*, script: bool = False, empty: bool = False) -> bytes:
    """A PDF of one page, or of none; with a script that runs where a reader lets it."""
    writer = PdfWriter()
    if not empty:
        writer.add_blank_page(200, 200)
    if script:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject("app.alert(1)"),
            }
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class Sender:
    """A visitor's calls, with their token; without one, anybody's."""

    def __init__(self, url: str, token: str | None, origin: str | None = None) -> None:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if origin is not None:
            headers["Origin"] = origin
        self.http = httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=WAIT)

    async def upload(self, data: bytes, name: str = "a.png", **headers: str) -> httpx.Response:
        """Send a file."""
        named = {"X-File-Name": quote(name), "Content-Type": "image/png"} | headers
        return await self.http.post(PATH, content=data, headers=named)

    async def kept(self, data: bytes, name: str = "a.png") -> dict[str, Any]:
        """Send a file that is taken."""
        answer = await self.upload(data, name)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def status(self, attachment: str, part: str = "") -> int:
        """What reading it gives."""
        return (await self.http.get(f"{PATH}/{attachment}{part}")).status_code


@asynccontextmanager
async def visitor(product: Product) -> AsyncIterator[tuple[CustomerClient, Sender]]:
    """A customer with an open socket, and their calls."""
    async with product.customer() as customer:
        welcome = next(one for one in customer.frames if one["type"] == "welcome")
        sender = Sender(product.url, welcome["token"])
        async with sender.http:
            yield customer, sender


async def say(
    client: CustomerClient, attachments: list[str], text: str = "", **fields: Any
) -> dict[str, Any]:
    """Send a message with attachments; gives what answers it."""
    frame = {"type": "say", "id": client.next_id(), "text": text, "attachments": attachments}
    answer = await client.answer_to(frame | fields)
    if answer["type"] == "ack":
        client.conversation = answer["conversation"]
    return answer
