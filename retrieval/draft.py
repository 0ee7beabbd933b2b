"""A generation in the making: its texts and vectors, and how far its build is."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from retrieval.articles import Article
from retrieval.errors import BuildCancelled
from retrieval.passages import Passage, plain


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is; `rate` is per second, within the stage."""

    generation: str
    stage: str  # read, cut, embed, keywords, verify, switch, done
    done: int = 0
    total: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    document: str = ""
    failures: tuple[str, ...] = ()


class Reporter:
    """Tells how far the build is, keeps its lease, and stops it when asked to."""

    def __init__(
        self,
        generation: str,
        tell: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        beat: Callable[[], None],
    ) -> None:
        self._progress = Progress(generation, "read")
        self._tell, self._cancelled, self._beat = tell, cancelled, beat
        self._since = self._beaten = time.monotonic()

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of so many steps."""
        self._since = time.monotonic()
        self._progress = replace(
            self._progress, stage=name, done=0, total=total, rate=0.0,
            seconds_left=None, document="",
        )  # fmt: skip
        self._say()

    def step(self, document: str = "", count: int = 1) -> None:
        """Say that so many steps more are done."""
        done = self._progress.done + count
        passed = time.monotonic() - self._since
        rate = done / passed if passed > 0 else 0.0
        left = (self._progress.total - done) / rate if rate else None
        self._progress = replace(
            self._progress, done=done, rate=rate, seconds_left=left,
            document=document or self._progress.document,
        )  # fmt: skip
        self._say()

    def failed(self, failures: Sequence[str]) -> None:
        """Show what went wrong."""
        self._progress = replace(self._progress, failures=tuple(failures))
        self._say()

    def _say(self) -> None:
        self._tell(self._progress)
        if self._cancelled():
            raise BuildCancelled("The build was stopped.")
        if time.monotonic() - self._beaten > 5:
            self._beaten = time.monotonic()
            self._beat()


@dataclass(slots=True)
class Draft:
    """A generation in the making, locale by locale."""

    items: list[tuple[Article, Passage]]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)  # locale → entry → text
    vectors: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    embedded: int = 0
    reused: int = 0

    def articles(self, locale: str) -> list[Article]:
        """Return a locale's articles in order."""
        return list({a.id: a for a, p in self.items if p.locale == locale}.values())

    def passages(self, locale: str) -> list[Passage]:
        """Return a locale's passages in order."""
        return [p for _, p in self.items if p.locale == locale]


def meant(passage: Passage) -> str:
    """Return the text that stands for a passage: never without its title."""
    return f"{passage.title}\n{passage.heading}\n{plain(passage.text)}"
