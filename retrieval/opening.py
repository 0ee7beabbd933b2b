"""Opens a finished generation: from its files, or from another one that shares its base."""

from collections.abc import Mapping
from pathlib import Path

from retrieval import contents as holding
from retrieval import generations
from retrieval.contents import Contents, Key
from retrieval.draft import grouped
from retrieval.embedding import Embedder
from retrieval.errors import NoIndex, VectorsUnavailable
from retrieval.keywords import Keywords
from retrieval.loaded import Base, Loaded, Own, Pointers, Shelves, assemble, schema_of, with_changes
from retrieval.settings import RetrievalSettings
from retrieval.store import Transactions
from retrieval.updating import between
from retrieval.vectors import TROUBLE, Delta, Vectors


def open_generation(
    root: Path,
    generation: str,
    near: Loaded | None,
    store: Transactions,
    embedder: Embedder,
    settings: RetrievalSettings,
) -> Loaded:
    """Return a generation ready to be searched; NoIndex if its files are gone or too old.

    The same while a Chroma server that should have its vectors is away, or has lost them.
    With `near`, which is open and shares the base, only what differs between the two is read.
    """
    contents = holding.load(root, generation)
    if contents is None or contents.schema != schema_of(embedder, settings):
        raise NoIndex
    if near is not None and near.contents.base == contents.base:
        base = near.base
        words, shelves = _from(near, contents, generation, store)
    else:
        base = Base(contents.base, _vectors(root, contents, settings.chroma_url))
        words, shelves = _from_files(root, contents, generation, store)
    pointers = _pointers(root, contents, generation)
    delta = Delta.load(root / generation / "delta.npz")
    return assemble(
        generation, contents, base, delta, words, shelves, pointers,
        embedder.embed_query, settings,
    )  # fmt: skip


def _vectors(root: Path, contents: Contents, server: str) -> Vectors:
    folder = root / contents.base / "chroma"
    try:
        vectors = Vectors(folder, contents.schema, server)
        if server and any(vectors.count(code) != n for code, n in contents.entries.items()):
            vectors.close()
            raise NoIndex
    except (VectorsUnavailable, *TROUBLE) as error:
        if not server:
            raise
        raise NoIndex from error
    return vectors


def _pointers(root: Path, contents: Contents, generation: str) -> Pointers:
    if contents.base == generation:
        return contents.pointers
    base = holding.load(root, contents.base)
    held = {} if base is None else base.pointers
    return {key: found for key, found in held.items() if key in contents.marks} | dict(
        contents.pointers
    )


def _from(
    near: Loaded, contents: Contents, generation: str, store: Transactions
) -> tuple[Mapping[str, Keywords], Shelves]:
    since = between(near.contents.marks, contents.marks)
    own = since.changed & contents.changed
    changed: dict[Key, Own] = {}
    if own:
        changed |= store.read(lambda tx: generations.load_own(tx, generation, own))
    if of_base := since.changed - own:
        changed |= store.read(lambda tx: generations.load_own(tx, contents.base, of_base))
    return with_changes(near.words, near.shelves, changed, since.removed)


def _from_files(
    root: Path, contents: Contents, generation: str, store: Transactions
) -> tuple[Mapping[str, Keywords], Shelves]:
    own = store.read(lambda tx: generations.load_own(tx, contents.base))
    shelves = {}
    for locale in dict.fromkeys(code for _, code in own):
        mine = (p for (_, code), (held, _) in own.items() if code == locale for p in held)
        shelves[locale] = grouped(mine)
    words = {code: Keywords.load(root / contents.base / "keywords" / code) for code in shelves}
    if contents.base == generation:
        return words, shelves
    changed = store.read(lambda tx: generations.load_own(tx, generation))
    return with_changes(words, shelves, changed, contents.removed)
