"""Every error code that a client can meet is explained in docs/protocol.md or docs/rest.md."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot import app  # noqa: F401 - it imports every module that defines an error
from bot.answering import answer
from bot.web import errors

DOCS = Path("docs")
PAGES = "".join((DOCS / name).read_text("utf-8") for name in ("protocol.md", "rest.md"))


def _below(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for sub in kind.__subclasses__():
        yield from _below(sub)


def test_every_error_class_has_its_code_explained() -> None:
    codes = {str(kind.code) for base in errors.ProductError for kind in _below(base)}
    assert len(codes) > 25
    assert not {code for code in codes if f"`{code}`" not in PAGES}


def test_every_status_is_the_one_the_page_tells() -> None:
    page = (DOCS / "rest.md").read_text("utf-8")
    told = {
        code: int(status)
        for codes, status in re.findall(r"^\| (`.+`) \| (\d{3}) \|", page, re.MULTILINE)
        for code in re.findall(r"`(\w+)`", codes)
    }
    for code, status in told.items():
        known = {"bad_request": 422, "wrong_method": 405}
        assert status == known.get(code, errors.STATUS.get(code, 422)), code
    assert not {code for code in errors.STATUS if f"`{code}`" not in PAGES}


def test_every_reason_for_a_fallback_is_explained() -> None:
    page = (DOCS / "chat-model.md").read_text("utf-8")
    codes = {value for name, value in vars(answer).items() if name.startswith("MODEL_")}
    assert codes
    assert not {code for code in codes if f"`{code}`" not in page}
