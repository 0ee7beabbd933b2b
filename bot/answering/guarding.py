"""Keeps a text that may not be said from the customer: whole answers, and drafts while written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from threading import Thread

from bot.answering import guard
from bot.answering.guard import Breach, Standing
from bot.answering.guard_clauses import sentences
from retrieval.incidents.incident import Incident


class Guard:
    """Judges texts against the incidents of the moment; safe to use from threads.

    Its expressions are compiled in the background, so that the first customer of an outage does not
    wait for them. Raises SetupError where the packaged model cannot be read.
    """

    def __init__(
        self,
        incidents: Callable[[], Sequence[Incident]],
        zone: tzinfo = UTC,
        names: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._incidents = incidents
        self._zone = zone
        self._names = names
        self._known: tuple[tuple[Incident, ...], Standing | None] = ((), None)
        guard.ready()
        Thread(target=guard.warm, name="guard", daemon=True).start()

    def standing(self) -> Standing | None:
        """What may be said now; None while no incident is ongoing. Worked out once per picture."""
        now = tuple(self._incidents())
        before, allowed = self._known
        if now != before:
            allowed = guard.standing(now, self._zone, self._names)
            self._known = (now, allowed)
        return allowed

    def breaches(
        self, text: str, sources: Iterable[str] = (), *, free: bool = True
    ) -> list[Breach]:
        """The sentences of an answer that may not be sent; `sources`: the passages it rests on.

        Not `free` are words that people wrote and that are only put together here.
        """
        allowed = self.standing()
        return [] if allowed is None else guard.breaches(text, allowed, sources, free=free)

    def draft(self, draft: Callable[[str], None], sources: Sequence[str]) -> Callable[[str], None]:
        """Pass on what is being written, sentence by sentence, up to one that may not be sent.

        Half a sentence may turn into a claim with its next word, so that it waits for its end.
        """
        judged = 0
        stopped = False

        def heard(text: str) -> None:
            nonlocal judged, stopped
            if self.standing() is None:
                draft(text)
                return
            whole = _whole(text)
            if stopped or len(whole) <= judged:
                return
            stopped = bool(self.breaches(whole[judged:], sources))
            judged = len(whole)
            if not stopped:
                draft(whole)

        return heard


def _whole(text: str) -> str:
    """The text up to the beginning of its last sentence, which may go on."""
    starts = [start for start, _ in sentences(text)]
    return text[: starts[-1]] if len(starts) > 1 else ""
