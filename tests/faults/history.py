"""The history checker: what clients did and saw, held against the final database.

Everybody in a test writes JSON lines: one for each frame that is sent or got, for each socket that
is opened or closed, and for each search of the bot. `check` reads the lines and the database and
names each broken promise by its invariant, with the lines and events that show it:

- I1  what was acknowledged is in the log, as it was sent;
- I2  positions are 1..n, without gap or repeat;
- I3  one client message is one event, and every retry is told the same position;
- I4  each socket sees a run without gaps; after a change of logs it begins anew;
- I5  all observers agree with the log, and so with each other;
- I6  whoever was told that something is stored finds it there afterwards;
- I7  at most one owner per epoch; epochs rise with each change of hands; only the owner speaks;
- I8  the bot says nothing while a conversation is not with it;
- I9  every customer message reaches exactly one outcome;
- I10 a snapshot plus the events behind it is the later snapshot;
- I11 an answer cites passages of one index generation;
- I12 a customer sees nothing of another customer, and nothing that is for agents only.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from tests.faults import promises_of_clients, promises_of_log, truth
from tests.faults.promises import Breach
from tests.faults.truth import Truth

__all__ = ["Breach", "History", "Recorder", "check", "check_truth"]

Line = dict[str, Any]


@dataclass(slots=True)
class History:
    """What everybody in one run did and saw, in the order in which it happened.

    With `path` each line is also appended to that file at once: it survives a crash of the test,
    and several histories may be read together with `load`.
    """

    path: Path | None = None
    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    lines: list[Line] = field(default_factory=list)
    acknowledged: int = 0
    """Frames that were acknowledged so far."""
    _joined: int = 0
    _links: int = 0
    _file: TextIO | None = None

    def note(self, who: str, op: str, link: int | None = None, **said: Any) -> None:
        """Write one line."""
        line = {
            "n": len(self.lines) + 1,
            "wall": self.wall(),
            "monotonic": self.monotonic(),
            "who": who,
            "link": link,
            "op": op,
            **said,
        }
        self.lines.append(line)
        if self.path is not None:
            if self._file is None:
                self._file = self.path.open("a", encoding="utf-8")
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def recorder(self, who: str) -> "Recorder":
        """What one client, agent or bot writes with."""
        return Recorder(self, who)

    def new_link(self) -> int:
        """A number for a socket."""
        self._links += 1
        return self._links

    def join(self, role: str) -> "Recorder":
        """As `recorder`, for one more of this role."""
        self._joined += 1
        return self.recorder(f"{role} {self._joined}")

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(slots=True)
class Recorder:
    """One participant's pen."""

    history: History
    who: str
    link: int | None = None

    def opened(self) -> None:
        """A new socket: positions are counted per socket."""
        self.link = self.history.new_link()
        self.history.note(self.who, "opened", self.link)

    def sent(self, frame: Mapping[str, Any]) -> None:
        """A frame went out; whether it arrived nobody knows."""
        self.history.note(self.who, "sent", self.link, frame=dict(frame))

    def got(self, frame: Mapping[str, Any]) -> None:
        """A frame came in."""
        self.history.acknowledged += frame["type"] in ("ack", "ok")
        self.history.note(self.who, "got", self.link, frame=dict(frame))

    def searched(self, generation: str, passages: Iterable[str]) -> None:
        """The bot was given these passages of this index generation."""
        self.history.note(self.who, "searched", generation=generation, passages=list(passages))


def load(*paths: Path) -> list[Line]:
    """The lines of these files, in the order in which they were written."""
    lines = [json.loads(raw) for path in paths for raw in path.read_text("utf-8").splitlines()]
    return sorted(lines, key=lambda line: line["monotonic"])


def check(path: Path, history: History, *, finished: bool = True) -> list[Breach]:
    """Every broken promise of a run on this database file; `finished`: nobody waits any more."""
    return check_truth(truth.read(path), history.lines, finished=finished)


def check_truth(found: Truth, lines: Iterable[Line] = (), *, finished: bool = True) -> list[Breach]:
    """As `check`, for a truth that was read already."""
    lines = list(lines)
    return [
        *promises_of_log.broken(found, lines, finished=finished),
        *promises_of_clients.broken(found, lines),
    ]
