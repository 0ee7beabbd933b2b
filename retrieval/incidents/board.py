"""The current incidents in memory, and which question is about which of them."""

from collections.abc import Collection, Sequence

from retrieval.analysis import fold, is_derived, terms
from retrieval.incidents import ledger
from retrieval.incidents.incident import Component, Incident
from retrieval.store import Transactions

_GENERAL = 2
"""A word that is an alias of so many components points at none of them."""


class Board:
    """Which incidents are ongoing, as last read from the database; safe to read from threads."""

    def __init__(self, store: Transactions, components: Sequence[Component]) -> None:
        self._store = store
        self._active: tuple[Incident, ...] = ()
        self._aliases = {c.id: _aliases(c) for c in components}

    def active(self) -> list[Incident]:
        """Return the ongoing incidents, latest first."""
        return list(self._active)

    def refresh(self) -> bool:
        """Read the ledger again; True when the picture changed. On an error the old one stays."""
        now = tuple(self._store.read(lambda tx: ledger.listing(tx, ongoing=True)))
        changed = now != self._active
        self._active = now
        return changed

    def touching(
        self, question: str, language: str, components: Collection[str] = ()
    ) -> Incident | None:
        """Return the ongoing incident that this question is about, if any.

        `components` are those of the best passage's article, empty when search was not sure of
        any. They decide when there are some: that a question about luggage says `app` does not
        make it one about the app. Without them the components' own words decide, and the one
        that is named most often wins.
        """
        named = set(components) or self._named(question, language)
        return next((i for i in self._active if named & set(i.components)), None)

    def _named(self, question: str, language: str) -> set[str]:
        asked = _padded(question, language)
        hits: dict[str, set[str]] = {}
        for component, aliases in self._aliases.items():
            for alias in aliases.get(language, ()):
                if alias in asked:
                    hits.setdefault(alias, set()).add(component)
        counts: dict[str, int] = {}
        for named in hits.values():
            if len(named) < _GENERAL:
                for component in named:
                    counts[component] = counts.get(component, 0) + 1
        most = max(counts.values(), default=0)
        return {component for component, count in counts.items() if count == most}


def _aliases(component: Component) -> dict[str, frozenset[str]]:
    return {
        language: frozenset(_padded(alias, language) for alias in aliases)
        for language, aliases in component.aliases.items()
    }


def _padded(text: str, language: str) -> str:
    """Return the words of a text between blanks, or a Chinese text without any."""
    if language.startswith("zh"):
        return "".join(fold(text).split())
    words = [t for t in terms(text, language) if not is_derived(t)]
    return f" {' '.join(words)} "
