"""The current incidents in memory, and which question is about which of them."""

from collections.abc import Sequence

from retrieval.analysis import fold, is_derived, terms
from retrieval.incidents import ledger
from retrieval.incidents.incident import Component, Incident
from retrieval.incidents.matching import Touched, touched
from retrieval.incidents.matching_profile import Profile, profile
from retrieval.store import Transactions

_GENERAL = 2
"""A word that is an alias of so many components points at none of them."""


class Matcher:
    """Tells which of some incidents a question is about; safe to ask from threads."""

    def __init__(self, components: Sequence[Component]) -> None:
        self._aliases = {c.id: _aliases(c) for c in components}
        self._profiles: tuple[Profile, ...] = ()

    def show(self, incidents: Sequence[Incident]) -> None:
        """Take these as the ongoing ones; the first wins where several fit as well."""
        self._profiles = tuple(profile(one) for one in incidents)

    def about(self, question: str, language: str, trouble: float | None = None) -> list[Touched]:
        """Return the incidents that this question is about, the most fitting first.

        A question that only names what is hit, such as how to pay, is not about the incident;
        "is anything down?" is about all of them. `trouble` is the learned probability that the
        question tells of trouble; without it lists of words decide.
        """
        if not self._profiles:
            return []
        named = self.named(question, language)
        return touched(question, language, self._profiles, components=named, trouble=trouble)

    def named(self, question: str, language: str) -> set[str]:
        """The components that a question names by the company's words for them, and no other's."""
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


class Board:
    """Which incidents are ongoing, as last read from the database; safe to read from threads."""

    def __init__(self, store: Transactions, components: Sequence[Component]) -> None:
        self._store = store
        self._active: tuple[Incident, ...] = ()
        self._matcher = Matcher(components)

    def active(self) -> list[Incident]:
        """Return the ongoing incidents, latest first."""
        return list(self._active)

    def refresh(self) -> bool:
        """Read the ledger again; True when the picture changed. On an error the old one stays."""
        now = tuple(self._store.read(lambda tx: ledger.listing(tx, ongoing=True)))
        changed = now != self._active
        if changed:
            self._matcher.show(now)
            self._active = now
        return changed

    def about(self, question: str, language: str, trouble: float | None = None) -> list[Touched]:
        """Return the ongoing incidents that a question is about, as `Matcher.about` tells them."""
        return self._matcher.about(question, language, trouble)


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
