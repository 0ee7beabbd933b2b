"""Articles from a folder of Markdown files."""

from collections.abc import Iterator
from pathlib import Path

from retrieval.articles import ArticleDraft
from retrieval.errors import ImportRefused
from retrieval.importers.markdown import LARGEST, parse


def read_folder(path: Path) -> Iterator[tuple[str, ArticleDraft | ImportRefused]]:
    """Yield every `.md` file below `path`, sorted, as its article or the reason why not.

    One bad file never stops the others. The second of two files with the same id and locale is
    refused, and names the first. A path that is no folder raises ImportRefused.
    """
    if not path.is_dir():
        raise ImportRefused(str(path), None, "no such folder. Give the folder of the articles.")
    seen: dict[tuple[str, str], str] = {}
    for file in sorted(p for p in path.rglob("*.md") if p.is_file()):
        name = file.relative_to(path).as_posix()
        try:
            draft = parse(_read(file, name), name)
            first = seen.setdefault((draft.id, draft.locale), name)
            if first != name:
                why = f"is article `{draft.id}` in {draft.locale}, as {first} is. Remove one."
                raise ImportRefused(name, None, why)
        except ImportRefused as refused:
            yield name, refused
        else:
            yield name, draft


def _read(file: Path, name: str) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise ImportRefused(name, None, f"cannot be read: {error.strerror}.") from error
