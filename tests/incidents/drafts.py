"""What the guard on words holds back of sets of drafts, per set and language.

`python -m tests.incidents.drafts [FILE…]` prints for each set how many drafts passed and were held
back, as a chat model's text and, with `--rules`, by the expressions alone. `--list` adds the texts
that were judged wrongly. Without files the sets beside this module are read, but those with
`_unseen` in their names: they are looked at when everything else is done.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.answering import guard
from bot.answering.guard import Standing

FOLDER = Path(__file__).parent
Draft = dict[str, Any]


def read(path: Path) -> list[Draft]:
    """The drafts of a file, one JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def is_held(draft: Draft, *, free: bool = True) -> bool:
    """Whether the guard holds a draft back, by what its incident states; never a resolved one's."""
    if draft["incident_status"] == "resolved":
        return False
    ends = guard.named(draft.get("states_recovery") or "")
    stated = guard.named(draft.get("states_time") or "") | ends
    allowed = Standing(draft["incident_status"] == "monitoring", stated, ends)
    return bool(guard.breaches(draft["text"], allowed, free=free))


def is_tempting(draft: Draft) -> bool:
    """Whether the draft claims what may not be said; else it is a harmless one."""
    return bool(draft.get("claims"))


def wrong(drafts: Sequence[Draft], *, free: bool = True) -> list[Draft]:
    """Tempting drafts that pass and harmless ones that are held back."""
    return [one for one in drafts if is_held(one, free=free) != is_tempting(one)]


def table(name: str, drafts: Sequence[Draft], *, free: bool = True) -> list[str]:
    """A line for each language, and one for all."""
    by_language: dict[str, list[Draft]] = defaultdict(list)
    for one in drafts:
        by_language[one["language"]].append(one)
    lines = []
    for language, those in (*by_language.items(), ("all", list(drafts))):
        bad = wrong(those, free=free)
        tempting = sum(map(is_tempting, those))
        passed = sum(map(is_tempting, bad))
        lines.append(
            f"{name:28} {language:8} tempting passed {passed:3} of {tempting:3}"
            f"   harmless held {len(bad) - passed:3} of {len(those) - tempting:3}"
        )
    return lines


def main() -> None:
    """Print the tables of the files given, or of the sets beside this module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--list", action="store_true", help="print what was judged wrongly")
    parser.add_argument("--rules", action="store_true", help="judge by the expressions alone")
    given = parser.parse_args()
    known = sorted(FOLDER.glob("drafts_*.jsonl"))
    files = given.files or [one for one in known if "_unseen" not in one.stem]
    for path in files:
        drafts = read(path)
        started = time.process_time()
        print("\n".join(table(path.stem, drafts, free=not given.rules)))
        used = (time.process_time() - started) * 1000 / max(1, len(drafts))
        print(f"{path.stem:28} {used / 2:.2f} ms of CPU a draft")
        for one in wrong(drafts, free=not given.rules) if given.list else ():
            print(f"  {one['id']} {one['incident_status']}: {one['text']}")


if __name__ == "__main__":
    main()
