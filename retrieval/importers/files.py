"""Articles from files: one, a folder of them, or a ZIP archive of them."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, NoReturn

from retrieval.errors import ImportRefused
from retrieval.importers import apart, html, markdown
from retrieval.importers.document import Document
from retrieval.importers.refusals import Incomplete
from retrieval.importers.zipped import Archive, Bounds, is_hidden

LARGEST = 20_000_000
"""Bytes of one PDF, Word document or page; a Markdown or text file has `markdown.LARGEST`."""
LARGEST_ZIP = 500_000_000
"""Bytes of an archive, packed."""

_Item = tuple[str, Document | ImportRefused]
_Parser = Callable[[bytes, str], Document]
_MARKDOWN = (".md", ".markdown", ".txt")
_HTML = (".html", ".htm", ".xhtml")
_READABLE = ".md, .txt, .html, .pdf, .docx, or a .zip of these"
_MAGIC = (
    (re.compile(rb"\A[\s\S]{0,1000}?%PDF-\d"), "a PDF"),
    (re.compile(rb"\APK(?:\x03\x04|\x05\x06|\x07\x08)"), "a ZIP archive"),
    (re.compile(rb"\A\xd0\xcf\x11\xe0"), "an old or locked Office document"),
    (re.compile(rb"\A\{\\rtf"), "a rich text (RTF) file"),
    (re.compile(rb"\A(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP)", re.DOTALL), "an image"),
    (re.compile(rb"\A(?:\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!)"), "a packed file"),
    (re.compile(rb"\A(?:\x7fELF|MZ[\x00-\xff]{58})"), "a program"),
    (re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html)\b",
                re.IGNORECASE | re.DOTALL), "a web page"),
)  # fmt: skip
_EXPECTED = {".pdf": "a PDF", ".docx": "a ZIP archive", **dict.fromkeys(_HTML, "a web page")}
_SUBTAG = r"[-_](?:[A-Za-z]{4}|[A-Za-z]{2}|\d{3})"
_REGION = re.compile(rf"[a-z]{{2,3}}{_SUBTAG}(?:{_SUBTAG})?")
_LANGUAGES = frozenset(
    ("en", "zh", "ms", "id", "ja", "ko", "fr", "de", "es", "pt", "nl", "ru", "ar", "th", "vi", "ta")
)
"""Names of folders that mean a language by themselves; others, as `hr` and `it`, mean a team."""


def read(path: Path) -> Iterator[_Item]:
    """Yield `(name, document or refusal)` for every file of a folder, an archive, or one file.

    Names are paths within it. A first folder named after a locale (`en`, `zh-TW`) gives the
    locale, and pages of the same path below such folders are translations of one another; the
    next folder gives the category, the one below it the subcategory, unless the file names its
    own. One broken file never stops the rest. Hidden files are skipped; links that lead out of
    the folder are not followed. Raises ImportRefused when nothing is at `path`.
    """
    if path.is_dir():
        yield from _folder(path)
    elif path.suffix.lower() == ".zip":
        with _opened(path, path.name) as opened:
            if os.fstat(opened.fileno()).st_size > LARGEST_ZIP:
                _refuse(path.name, f"larger than {LARGEST_ZIP:,} bytes. Split it.")
            yield from _archive(opened, path.name)
    elif path.is_file():
        yield path.name, _result(lambda: parse_file(_content(path, path.name), path.name))
    else:
        _refuse(str(path), "no such file or folder. Correct the path.")


def read_upload(data: bytes, name: str) -> Iterator[_Item]:
    """Yield what an uploaded file holds: one document, or those of a ZIP archive."""
    if name.lower().endswith(".zip"):
        yield from _archive(BytesIO(data), name)
    else:
        yield name, _result(lambda: parse_file(data, name))


def parse_file(data: bytes, name: str) -> Document:
    """Return the document in one file, which its name and its first bytes must agree on.

    PDF and Word documents, and large web pages, are read in a process of their own. Raises
    ImportRefused with the reason and what to do.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        _refuse(name, "is an archive inside an archive. Unpack it first.")
    parser = _parser(suffix)
    if parser is None:
        shown = f"`{suffix}` files are" if suffix else "files without a suffix are"
        _refuse(name, f"{shown} not read here. Give {_READABLE}.")
    if not data:
        _refuse(name, "empty. Save it again with its text.")
    most = markdown.LARGEST if suffix in _MARKDOWN else LARGEST
    if len(data) > most:
        _refuse(name, f"larger than {most:,} bytes. Split it into several articles.")
    _agree(data, suffix, name)
    return parser(data, name)


def _parser(suffix: str) -> _Parser | None:
    if suffix in _MARKDOWN:
        return markdown.document
    if suffix in _HTML:
        return html.parse
    if suffix in (".pdf", ".docx"):
        return lambda data, name: apart.document(suffix[1:], data, name)
    return None


def _agree(data: bytes, suffix: str, name: str) -> None:
    """Refuse a file that is something else than its name says."""
    head = data[:2048]
    found = next((what for pattern, what in _MAGIC if pattern.match(head)), None)
    expected = _EXPECTED.get(suffix)
    if found == expected or (found is None and suffix not in (".pdf", ".docx")):
        return
    if suffix == ".docx" and found == "an old or locked Office document":
        _refuse(name, "is an old or locked Word document. Save it as .docx without a password.")
    if suffix in _MARKDOWN and found == "a web page":
        return  # Markdown may begin with HTML
    really = f"but is {found}" if found else "but does not begin like one"
    _refuse(name, f"is called `{suffix}`, {really}. Give it its right name, or save it anew.")


def _folder(root: Path) -> Iterator[_Item]:
    top = root.resolve()
    failed: list[str] = []
    walk = os.walk(top, onerror=lambda error: failed.append(str(error.filename)))
    for folder, below, names in walk:
        below.sort()
        for name in sorted(
            [*names, *(d for d in below if os.path.islink(os.path.join(folder, d)))]
        ):
            path = Path(folder) / name
            shown = path.relative_to(top).as_posix()
            if is_hidden(shown):
                continue
            # ignored below: mypy cannot infer a lambda with defaults
            yield shown, _result(lambda p=path, s=shown: _placed(_one(p, s, top), s))  # type: ignore[misc]
        below[:] = [d for d in below if not is_hidden(d)]
    if failed:
        why = f"cannot be read: {failed[0]}. Let this user read it."
        yield failed[0], Incomplete(failed[0], None, why)


def _one(path: Path, shown: str, top: Path) -> Document:
    if os.path.islink(path):  # unlike Path, these never raise
        if os.path.isdir(path):
            _refuse(shown, "is a link to a folder, which is not followed. Put the folder there.")
        if not path.resolve().is_relative_to(top):
            _refuse(shown, "is a link that leads out of the folder. Put the file itself there.")
    if not os.path.isfile(path):
        _refuse(shown, "is no ordinary file. Remove it.")
    return parse_file(_content(path, shown), shown)


def _content(path: Path, shown: str) -> bytes:
    with _opened(path, shown) as opened:
        return opened.read(LARGEST + 1)


def _opened(path: Path, shown: str) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        _refuse(shown, f"cannot be read: {error.strerror}. Let this user read it.", error)


def _archive(opened: IO[bytes], name: str) -> Iterator[_Item]:
    archive = Archive(opened, name, Bounds(entry_bytes=LARGEST))
    wrapper = _wrapper([shown for shown in archive.names() if not is_hidden(shown)], name)
    for shown, content in archive:
        if isinstance(content, ImportRefused):
            yield shown, content
            continue
        path = shown.removeprefix(wrapper)
        # ignored below: mypy cannot infer a lambda with defaults
        yield shown, _result(lambda d=content, s=shown, p=path: _placed(parse_file(d, s), p))  # type: ignore[misc]
    if archive.cut_short:
        yield name, Incomplete(name, None, "was not read to its end. Split it.")


def _wrapper(names: list[str], archive: str) -> str:
    """The folder that was packed as a whole, and so says nothing about its files."""
    tops = {name.split("/", 1)[0] for name in names}
    if len(tops) != 1 or any("/" not in name for name in names):
        return ""
    top = next(iter(tops))
    inside = {name.split("/")[1] for name in names}
    if top == PurePosixPath(archive).stem or any(_locale(folder) for folder in inside):
        return "" if _locale(top) else f"{top}/"
    return ""


def _result(parsed: Callable[[], Document]) -> Document | ImportRefused:
    try:
        return parsed()
    except ImportRefused as refused:
        return refused


def _placed(document: Document, path: str) -> Document:
    """Give a document the locale, category and translations that its folders say."""
    *folders, file = path.split("/")
    locale = _locale(folders[0]) if folders else None
    key = document.translation_key
    if locale is not None:
        folders = folders[1:]
        key = key or "/".join([*folders, re.sub(r"\.\w+$", "", file)])
        if (document.locale or "").split("-")[0] == locale:  # the page knows it more exactly
            locale = document.locale
    category = document.category
    subcategory = document.subcategory
    if category is None and folders:
        category = folders[0]
        subcategory = subcategory or (folders[1] if len(folders) > 1 else "")
    return replace(
        document,
        locale=locale or document.locale,
        category=category,
        subcategory=subcategory,
        translation_key=key,
    )


def _locale(folder: str) -> str | None:
    if folder.lower() in _LANGUAGES or _REGION.fullmatch(folder):
        return folder.replace("_", "-")
    return None


def _refuse(name: str, why: str, error: Exception | None = None) -> NoReturn:
    raise ImportRefused(name, None, why) from error
