"""Files read in a process of their own, which may crash, hang or grow without harm.

Parsers of PDF, Word and large web pages meet files that were made to break them. Each file gets
a fresh process with limits on memory, time and output, without the product's settings in its
environment; whatever becomes of it, the caller gets a document or a reason.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from retrieval.errors import ImportRefused
from retrieval.importers.document import Document

KINDS = ("html", "fragment", "pdf", "docx")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    memory_mib: int = 768
    """Address space of the process; its own code takes about 60."""
    cpu_s: int = 20
    """Seconds of processor time."""
    wall_s: float = 90.0
    """Seconds from start to end, also when the machine is busy with other things."""
    output_mib: int = 24
    """Of the text that comes out."""


LIMITS = Limits()


def document(
    kind: str,
    data: bytes,
    name: str,
    *,
    base_url: str | None = None,
    limits: Limits = LIMITS,
) -> Document:
    """Return the document in `data`; ImportRefused says what it is not, or what it did.

    Takes about a tenth of a second more than reading it here. `kind` is one of KINDS.
    """
    given = {"name": name, "base_url": base_url, "limits": asdict(limits)}
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout:
        stdin.write(json.dumps(given).encode("ascii") + b"\n")
        stdin.write(data)
        stdin.seek(0)
        try:
            code = run("retrieval.importers.apart", kind, stdin=stdin, stdout=stdout, limits=limits)
        except OSError as error:
            why = f"its reader cannot be started: {error.strerror}. Try it again."
            raise ImportRefused(name, None, why) from error
        stdout.seek(0)
        answer = stdout.read()
    try:
        told: dict[str, Any] = json.loads(answer) if code == 0 else {}
    except ValueError:
        told = {}
    if "refused" in told:
        raise ImportRefused(name, None, str(told["refused"]))
    if "document" not in told:
        raise ImportRefused(name, None, _reason(code, limits))
    return _document(told["document"])


def run(
    module: str, argument: str, *, stdin: IO[bytes], stdout: IO[bytes], limits: Limits
) -> int | None:
    """Run a reader to its end, or to the end of its time; None when it took too long.

    The module sets its other limits itself, by `bound`, before it looks at the file. Raises OSError
    where it cannot be started.
    """
    command = [sys.executable, "-P", "-m", module, argument]
    child = subprocess.Popen(  # noqa: S603 - our own module; the file goes in as bytes
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    try:
        return child.wait(limits.wall_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(child)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Leave nothing of the process behind, nor of any that it may have started."""
    if child.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
        child.wait()


def _environment() -> dict[str, str]:
    """Only what Python needs to start: no keys, no addresses, no settings."""
    kept = {key: os.environ[key] for key in ("SYSTEMROOT", "TMPDIR") if key in os.environ}
    root = Path(__file__).resolve().parents[2]
    return {**kept, "PYTHONPATH": str(root), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _reason(code: int | None, limits: Limits) -> str:
    if code is None:
        why = f"takes more than {limits.wall_s:g} s to read"
    elif _ended_by(code, "SIGXCPU"):
        why = f"takes more than {limits.cpu_s} s of work to read"
    elif code == OUT_OF_MEMORY:
        why = f"needs more than {limits.memory_mib} MiB of memory to read"
    elif code == TOO_MUCH or _ended_by(code, "SIGXFSZ"):
        why = f"holds more than {limits.output_mib} MiB of text"
    else:
        why = f"makes its reader crash, or grow beyond {limits.memory_mib} MiB of memory"
    return f"{why}. Save it anew from the program it was made with, or split it."


def _ended_by(code: int, name: str) -> bool:
    """Whether a process was ended by this signal, which not every system has."""
    number = getattr(signal, name, None)
    return number is not None and code == -number


def _document(told: dict[str, Any]) -> Document:
    updated = told.get("updated")
    lists = {key: tuple(told.get(key) or ()) for key in ("components", "questions")}
    day = date.fromisoformat(updated) if updated else None
    return Document(**{**told, **lists, "updated": day})


OUT_OF_MEMORY = 71
TOO_MUCH = 72
"""How a reader ends that met one of its limits."""


def main() -> int:
    """Read the file on standard input and print its document, or why it is none, as JSON."""
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not spoil the answer
    given = json.loads(sys.stdin.buffer.readline())
    bound(Limits(**given["limits"]))
    try:
        data = sys.stdin.buffer.read()
        answer = _read(sys.argv[1], data, given["name"], given["base_url"])
        out.write(json.dumps(answer, default=str).encode("ascii"))
        out.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    except OSError:
        return TOO_MUCH
    return 0


def _read(kind: str, data: bytes, name: str, base_url: str | None) -> dict[str, Any]:
    try:
        return {"document": asdict(_parsed(kind, data, name, base_url))}
    except ImportRefused as refused:
        return {"refused": refused.message}
    except RecursionError:
        return {"refused": "is nested too deeply to be read. Save it anew with less structure."}


def _parsed(kind: str, data: bytes, name: str, base_url: str | None) -> Document:
    """Only the one parser is imported: most of the time goes into imports."""
    if kind == "pdf":
        from retrieval.importers import pdf

        return pdf.document(data, name)
    if kind == "docx":
        from retrieval.importers import docx

        return docx.document(data, name)
    if kind not in KINDS:
        raise ValueError(kind)
    from retrieval.importers import html

    if kind == "fragment":
        body = html.whole(data.decode("utf-8"), name, base_url=base_url)
        return Document(source_id=name, name=name, title=name, body=body)
    return html.document(data, name, base_url=base_url)


def bound(limits: Limits) -> None:
    """Bound this process, before any parser is imported."""
    try:
        import resource
    except ImportError:  # Windows: the wall clock alone
        return
    mib = 1024 * 1024
    for which, most, at_the_latest in (
        (resource.RLIMIT_AS, limits.memory_mib * mib, limits.memory_mib * mib),
        (resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 2),  # the first only interrupts
        (resource.RLIMIT_FSIZE, limits.output_mib * mib, limits.output_mib * mib),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(which, (most, at_the_latest))


if __name__ == "__main__":
    sys.exit(main())
