"""What an uploaded file is by its content, made anew without what it should not carry.

Runs in a process of its own with limits (`bot.attachments.checking`): a file can ask for any amount
of work, and its decoder may fall to it.
"""

import logging
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError
from PIL.ImageCms import PyCMSError
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

PREVIEW = 480
"""Pixels of a preview's longer side: twice what a message has room for, for fine screens."""
_KINDS = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG of many phones, with a second picture behind the first
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
_KEPT = frozenset({"transparency", "background"})
"""Of what an image says about itself, what it needs to look as it does."""
_SAVED: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90},
    "WEBP": {"quality": 90},
    "PNG": {},
    "GIF": {},
}


class Refused(Exception):
    """The file is not taken; `code` as in `bot.attachments.errors`."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(why)
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it may be kept."""

    type: str
    content: bytes
    preview: bytes = b""
    """A small WebP of an image."""
    width: int | None = None
    height: int | None = None


def read(data: bytes, *, max_pixels: int) -> Read:
    """The file made anew; raises Refused."""
    if data.startswith(b"%PDF-"):
        return _paper(data)
    return _picture(data, max_pixels)


def _paper(data: bytes) -> Read:
    """A PDF stays byte for byte what it is: it is only saved, never shown as a page of ours."""
    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)  # pypdf reports every oddity
    try:
        reader = PdfReader(BytesIO(data))
        # What is locked is opened by who has the password.
        pages = 1 if reader.is_encrypted else len(reader.pages)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        raise Refused("broken_file", "begins like a PDF and cannot be read as one.") from error
    if pages < 1:
        raise Refused("broken_file", "is a PDF without pages.")
    return Read("application/pdf", data)


def _picture(data: bytes, max_pixels: int) -> Read:
    """An image decoded and encoded anew: places, devices and whatever hides in it are gone."""
    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF")) as image:
            return _anew(image, max_pixels)
    except UnidentifiedImageError as error:
        raise Refused("unsupported_type") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("too_many_pixels") from error
    except (MemoryError, RecursionError, Refused):
        raise
    except Exception as error:
        raise Refused(
            "broken_file", "begins like an image and cannot be read to its end."
        ) from error


def _anew(image: Image.Image, max_pixels: int) -> Read:
    kind = image.format or ""
    count = 1 if kind == "MPO" else getattr(image, "n_frames", 1)
    if image.width * image.height * count > max_pixels:
        raise Refused("too_many_pixels")
    encoder = "JPEG" if kind == "MPO" else kind
    loop = image.info.get("loop")
    out = BytesIO()
    if count > 1:
        frames, times = [], []
        for frame in ImageSequence.Iterator(image):
            times.append(frame.info.get("duration", 100))
            frames.append(_plain(frame.copy()))
        first = frames[0]
        again = {} if loop is None else {"loop": loop}
        first.save(
            out, encoder, save_all=True, append_images=frames[1:], duration=times,
            **again, **_SAVED[encoder],
        )  # fmt: skip
    else:
        image.load()
        first, options = _still(image, encoder)
        first.save(out, encoder, **options)
    return Read(_KINDS[kind], out.getvalue(), _preview(first), first.width, first.height)


def _still(image: Image.Image, encoder: str) -> tuple[Image.Image, dict[str, Any]]:
    """A single picture, upright, in colours that every screen knows, as fine as it came."""
    made = _plain(_colours(ImageOps.exif_transpose(image)))
    if encoder != "JPEG":
        return made, _SAVED[encoder]
    if made.mode not in ("L", "RGB"):
        return made.convert("RGB"), _SAVED[encoder]
    return made, _steps(image) or _SAVED[encoder]


def _steps(image: Image.Image) -> dict[str, Any]:
    """The steps a JPEG was rounded to: finer ones make it larger and show nothing more."""
    if not isinstance(image, JpegImageFile) or image.mode not in ("L", "RGB"):
        return {}
    sampling = get_sampling(image)
    return {"qtables": image.quantization} | ({"subsampling": sampling} if sampling >= 0 else {})


def _colours(image: Image.Image) -> Image.Image:
    """Without a colour profile, which may name a device: its colours are worked into the pixels."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("L", "RGB", "RGBA", "CMYK"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        wanted = "RGBA" if image.mode == "RGBA" else "RGB"
        made = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode=wanted
        )
    except (PyCMSError, OSError, ValueError, TypeError):
        return image  # a broken profile says nothing about the colours
    return image if made is None else made


def _plain(image: Image.Image) -> Image.Image:
    """The image without what it says about itself."""
    image.info = {key: value for key, value in image.info.items() if key in _KEPT}
    return image


def _preview(image: Image.Image) -> bytes:
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((PREVIEW, PREVIEW))
    out = BytesIO()
    small.save(out, "WEBP", quality=80)
    return out.getvalue()
