"""Which of our components a status page means by its own names."""

import unicodedata
from collections.abc import Sequence

from retrieval.incidents.incident import Component
from retrieval.incidents.picture import FeedComponent


class ComponentNames:
    """Finds our components: by what the company wrote down, else by name, else by alias."""

    def __init__(self, components: Sequence[Component]) -> None:
        self._written: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._aliases: dict[str, set[str]] = {}
        for one in components:
            self._written.update({_folded(name): one.id for name in one.on_status_pages})
            for name in (one.id, *one.name.values()):
                self._names.setdefault(_folded(name), one.id)
            for words in one.aliases.values():
                for word in words:
                    self._aliases.setdefault(_folded(word), set()).add(one.id)

    def ours(self, part: FeedComponent) -> str | None:
        """Return the id of our component; None when nothing says which it is."""
        keys = [_folded(part.name), _folded(part.external_id or "")]
        for table in (self._written, self._names):
            for key in keys:
                if key in table:
                    return table[key]
        return self._by_alias(keys[0])

    def in_title(self, title: str) -> tuple[str, ...]:
        """Return our components whose written-down name or own name stands in a title."""
        said = f" {_folded(title)} "
        found = [
            component
            for table in (self._written, self._names)
            for name, component in table.items()
            if name and (f" {name} " in said or (not name.isascii() and name in said))
        ]
        return tuple(dict.fromkeys(found))

    def _by_alias(self, name: str) -> str | None:
        """The component most of whose aliases stand in the name; None when two are level."""
        said, hits = f" {name} ", dict[str, int]()
        for alias, components in self._aliases.items():
            inside = f" {alias} " in said or (not alias.isascii() and alias in said)
            if alias and inside and len(components) == 1:
                [component] = components
                hits[component] = hits.get(component, 0) + 1
        most = max(hits.values(), default=0)
        best = [component for component, count in hits.items() if count == most]
        return best[0] if len(best) == 1 else None


def _folded(text: str) -> str:
    """The words of a name between single blanks, without marks and capitals."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(one if one.isalnum() else " " for one in plain).split())
