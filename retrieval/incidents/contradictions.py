"""Where a status page does not agree with itself, or with us: for admins to clear up."""

from dataclasses import asdict, dataclass

from retrieval.incidents.picture import Colour, FeedIncident, Picture

BROKEN: frozenset[Colour] = frozenset({"degraded", "partial", "major"})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One disagreement; `code` says which, the rest whom it is about."""

    code: str
    incident: str | None = None
    component: str | None = None

    def stored(self) -> dict[str, str | None]:
        """Return it as JSON holds it."""
        return asdict(self)


COMPONENT_GREEN = "incident_but_component_operational"
PAGE_GREEN = "incident_but_page_operational"
COMPONENT_RED = "component_broken_without_incident"
PAGE_RED = "page_broken_without_incident"
ENDED_HERE = "resolved_here_but_open_there"


def of(picture: Picture, ended_here: frozenset[str] = frozenset()) -> list[Contradiction]:
    """Return every disagreement in a picture; `ended_here` are ids that the team has resolved.

    None of them changes what customers are told: an open incident outranks every colour.
    """
    ongoing = [one for one in picture.incidents if one.status != "resolved"]
    found = [
        Contradiction(ENDED_HERE, one.title) for one in ongoing if one.external_id in ended_here
    ]
    if not ongoing and picture.colour in BROKEN:
        found.append(Contradiction(PAGE_RED))
    if ongoing and picture.colour == "operational":
        found += [Contradiction(PAGE_GREEN, one.title) for one in ongoing]
    for one in ongoing:
        if one.status != "monitoring":
            found += [
                Contradiction(COMPONENT_GREEN, one.title, name) for name in _green(one, picture)
            ]
    named = {part.name for one in ongoing for part in one.components}
    unexplained = [p.name for p in picture.components if p.colour in BROKEN and p.name not in named]
    return found + [Contradiction(COMPONENT_RED, None, name) for name in unexplained]


def _green(one: FeedIncident, picture: Picture) -> list[str]:
    """The incident's components that the page paints as working."""
    colours = {part.name: part.colour for part in picture.components}
    return [
        part.name for part in one.components if colours.get(part.name, part.colour) == "operational"
    ]
