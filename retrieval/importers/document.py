"""What every importer gives: a page as its source has it, before it becomes an article."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Document:
    """One page of a source; its body is Markdown, headings, lists, tables and links kept."""

    source_id: str
    """What names it at its source for ever: a path, an address, an export's id."""
    name: str
    """What a person reads in results and refusals."""
    title: str
    body: str
    locale: str | None = None
    """BCP 47, as the source says (`zh-TW`, `en-US`); None when it says nothing."""
    updated: date | None = None
    id: str | None = None
    """The article id that the source asks for; None: one is made from the title."""
    collection: str | None = None
    category: str | None = None
    subcategory: str = ""
    components: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    audience: str = "public"
    published: bool = True
    url: str | None = None
    """Where customers read it at its source."""
    translation_key: str | None = None
    """The same for all translations of one page; None when the source does not say."""
    etag: str | None = None
    """What its source calls this state of it, to ask next time whether it is another."""
