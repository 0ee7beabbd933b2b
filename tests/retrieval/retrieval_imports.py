"""Pages to import, and what the import tests ask of the store."""

from dataclasses import replace

from retrieval_parts import NOON, Clock, Database

from retrieval import articles, importing
from retrieval.articles import Article
from retrieval.errors import ImportRefused
from retrieval.importers.document import Document
from retrieval.importing import Item, Origin, Report

FOLDER = Origin("guide", "folder", "/srv/guide")


def page(name: str, title: str = "", body: str = "", **other: object) -> Document:
    """A page as an importer gives it."""
    title = title or f"About {name}"
    body = body or f"Everything there is to know about {name}, in one sentence."
    return Document(f"{name}.html", f"{name}.html", title, body, **other)  # type: ignore[arg-type]


def items(*pages: Document | ImportRefused) -> list[Item]:
    return [(one.name, one) for one in pages]


def bring(
    store: Database, *pages: Document | ImportRefused, origin: Origin = FOLDER, **options: object
) -> Report:
    """Import these pages; they are everything the source has."""
    made: dict[str, object] = {"author": "import", "now": Clock(), **options}
    return importing.run(store, items(*pages), source=origin, **made)  # type: ignore[arg-type]


def outcomes(report: Report) -> list[str]:
    return [one.outcome for one in report.results]


def article(store: Database, article_id: str, locale: str = "en") -> Article:
    return store.read(lambda tx: articles.get(tx, article_id, locale))


def edit(store: Database, article_id: str, body: str) -> Article:
    """Somebody edits the article here."""
    draft = replace(article(store, article_id).draft, body=body)
    return store.write(lambda tx: articles.save(tx, draft, author="Aina", now=NOON))[0]


def published(store: Database) -> set[str]:
    return {one.id for one in store.read(articles.published)}
