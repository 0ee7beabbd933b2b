"""What one look at a question found, before anything is said."""

from dataclasses import dataclass

from bot.measured import Measured
from handoff.policy import Observation
from handoff.settings import HandoffSettings
from retrieval.incidents.incident import Incident
from retrieval.incidents.matching import Touched
from retrieval.search import Evidence


@dataclass(frozen=True, slots=True)
class Look:
    """What was measured of a question, and the thresholds that hold for it."""

    evidence: Evidence | None
    language: str
    touched: tuple[Touched, ...]
    """The incidents that it is about, the most fitting first."""
    limits: HandoffSettings
    measured: Measured

    @property
    def seen(self) -> Observation:
        """What the decision may look at."""
        return self.measured.observation(self.limits)

    @property
    def incident(self) -> Incident | None:
        """The incident that explains the question best."""
        return self.touched[0].incident if self.touched else None
