"""Everything that can go wrong between an article and the evidence found in it.

RetrievalError
├── ImportRefused          the file is no article; says where and what to do
├── UnknownArticle         no such article, passage or version
├── UnknownSource          no such source of articles
├── AlreadyImporting       this source is being imported already
├── VersionConflict        somebody else saved in between
├── ModelMissing           the embedding model is not installed, or is not the one expected
├── NoIndex                nothing was ever built
├── VectorsUnavailable     the Chroma server does not answer
├── AlreadyBuilding        another builder is at work
├── BuildCancelled         somebody stopped this build, or took it over
├── VerificationFailed     the new index does not hold what it should; the old one stays
├── NothingToRollBack      there is no finished index to return to
├── UnknownIncident        no such incident
├── UnknownProposal        no such proposal of an incident
├── AlreadyDecided         a proposal was declared or dismissed before
├── SourceUnavailable      a status page did not say what is broken now
└── NotEditable            this text is a status page's own
"""

from collections.abc import Sequence
from datetime import timedelta


class RetrievalError(Exception):
    """Base of this package's errors; `code` is what programs look at."""

    code = "retrieval_error"


class ImportRefused(RetrievalError):
    """A file was not taken over, with the reason, the place, and what to do about it."""

    code = "import_refused"

    def __init__(self, name: str, line: int | None, message: str) -> None:
        place = name if line is None else f"{name}, line {line}"
        super().__init__(f"{place}: {message}")
        self.name = name
        self.line = line
        self.message = message


class UnknownArticle(RetrievalError):
    """There is no such article or passage (any more)."""

    code = "not_found"

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no {what}.")


class UnknownSource(RetrievalError):
    """There is no source of this name."""

    code = "not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no source {name!r}.")


class AlreadyImporting(RetrievalError):
    """An import of this source is under way, here or in another program."""

    code = "already_importing"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is being imported already. Wait until it is done, or stop it.")
        self.name = name


class VersionConflict(RetrievalError):
    """The article was saved by somebody else since it was read."""

    code = "version_conflict"

    def __init__(self, article_id: str, locale: str, current: int | None) -> None:
        now_at = "is new" if current is None else f"is at version {current} now"
        super().__init__(f"Article {article_id!r} ({locale}) {now_at}: load it again, then save.")
        self.current = current


class ModelMissing(RetrievalError):
    """The embedding model cannot be loaded; the message names the remedy."""

    code = "model_missing"


class NoIndex(RetrievalError):
    """No index was built yet, so nothing can be found."""

    code = "no_index"

    def __init__(self) -> None:
        super().__init__("There is no search index yet. Import articles, then build it.")


class VectorsUnavailable(RetrievalError):
    """The Chroma server does not answer: nothing can be built; search goes on by words."""

    code = "vectors_unavailable"

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(
            f"The Chroma server at {server} does not answer ({reason}). Start it with "
            "`chroma run`, or correct HANDRAIL_RETRIEVAL__CHROMA_URL."
        )


class AlreadyBuilding(RetrievalError):
    """Another builder holds the lease."""

    code = "already_building"

    def __init__(self, generation: str | None) -> None:
        super().__init__(f"An index is being built already ({generation or 'just starting'}).")
        self.generation = generation


class BuildCancelled(RetrievalError):
    """The build was stopped before the switch; the live index is untouched."""

    code = "build_cancelled"


class VerificationFailed(RetrievalError):
    """The new index failed its checks and was not switched to."""

    code = "verification_failed"

    def __init__(self, failures: Sequence[str]) -> None:
        shown = "; ".join(failures[:5])
        super().__init__(f"The new index failed {len(failures)} checks: {shown}")
        self.failures = tuple(failures)


class NothingToRollBack(RetrievalError):
    """There is no finished index to return to."""

    code = "nothing_to_roll_back"

    def __init__(self, generation: str | None = None) -> None:
        which = "no earlier index" if generation is None else f"no index {generation!r}"
        super().__init__(f"There is {which} to return to.")


class GenerationGone(RetrievalError):
    """The files of a generation are no longer kept, so it can be neither used nor compared."""

    code = "generation_gone"

    def __init__(self, generation: str) -> None:
        super().__init__(
            f"The files of generation {generation!r} are no longer kept. Choose a newer one, or "
            "keep more of them: HANDRAIL_RETRIEVAL__KEEP_GENERATIONS."
        )


class NothingToResume(RetrievalError):
    """No build was stopped since the last one that was done."""

    code = "nothing_to_resume"

    def __init__(self) -> None:
        super().__init__("No build was stopped since the last one. Start a new one.")


class UnknownIncident(RetrievalError):
    """There is no such incident."""

    code = "not_found"

    def __init__(self, incident_id: str) -> None:
        super().__init__(f"There is no incident {incident_id!r}.")


class UnknownProposal(RetrievalError):
    """There is no such proposal."""

    code = "not_found"

    def __init__(self, proposal_id: str) -> None:
        super().__init__(f"There is no proposal {proposal_id!r}.")


class AlreadyDecided(RetrievalError):
    """Somebody declared or dismissed this proposal before."""

    code = "already_decided"

    def __init__(self, proposal_id: str, state: str, by: str) -> None:
        super().__init__(f"Proposal {proposal_id!r} was {state} by {by} already. Reload the page.")
        self.proposal_id = proposal_id
        self.state = state
        self.by = by


class SourceUnavailable(RetrievalError):
    """A status page gave no picture that can be used; what was known before still stands.

    `retry_after` is how long the server asks us to stay away, `status` its HTTP answer.
    """

    code = "source_unavailable"

    def __init__(
        self,
        url: str,
        message: str,
        *,
        retry_after: timedelta | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(f"{url} {message}")
        self.retry_after = retry_after
        self.status = status


class NotEditable(RetrievalError):
    """A text that comes from elsewhere cannot be changed here; the message says what can be."""

    code = "not_editable"
