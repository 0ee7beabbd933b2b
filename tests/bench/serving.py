"""The server as its own process: from a cold start to an answer, its memory, suggestions."""

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from retrieval.metrics import percentile
from tests.bench import homes, texts
from tests.clients import CustomerClient
from tests.faults.server import ServerProcess

ANSWERS = 100
TYPED = 60
"""Questions that are typed letter by letter."""


def served(count: int, place: Path, models: Path) -> Any:
    """What a server with so many passages needs; its files were just written, so they are warm."""
    made = texts.documents(count)
    home = place / f"served-{count}"
    with homes.built(home, models, made, homes.mixing(models)) as built:
        passages = built.passages
    asked = [question for question, _ in texts.questions(made, ANSWERS + TYPED)]
    return {"passages": passages, **asyncio.run(_watched(home, asked)), **_asked(home, asked[0])}


async def _watched(home: Path, asked: list[str]) -> dict[str, float]:
    server = ServerProcess(home, HANDRAIL_TURN__QUIET="PT0S")
    started = time.perf_counter()
    await server.start()
    serving = time.perf_counter() - started
    try:
        await _answer(server, asked[0])
        first = time.perf_counter() - started
        at_first = _resident(server)
        for question in asked[1:ANSWERS]:
            await _answer(server, question)
        return {
            "cold_start_to_serving_s": serving,
            "cold_start_to_answer_s": first,
            "rss_mib_after_one_answer": at_first,
            f"rss_mib_after_{ANSWERS}_answers": _resident(server),
            **await _suggestions(server, asked[ANSWERS:]),
        }
    finally:
        await server.stop()


async def _answer(server: ServerProcess, question: str) -> None:
    customer = CustomerClient(server.ws)
    await customer.connect()
    try:
        await customer.ask(question)
    finally:
        await customer.close()


async def _suggestions(server: ServerProcess, asked: list[str]) -> dict[str, float]:
    """Type every question letter by letter, as the widget asks for suggestions."""
    spent = []
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        for question in asked:
            for end in range(3, min(len(question), 40), 3):
                started = time.perf_counter()
                found = await http.get("/api/suggest", params={"q": question[:end]})
                spent.append((time.perf_counter() - started) * 1000)
                found.raise_for_status()
    return {f"suggest_ms_{said}": percentile(spent, share) for said, share in _SHARES}


_SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def _asked(home: Path, question: str) -> dict[str, float]:
    """How long `handrail ask` takes from nothing."""

    async def run() -> tuple[float, bytes]:
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "ask", question, "--json",
            env=os.environ | {"HANDRAIL_HOME": str(home)}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate()
        return time.perf_counter() - started, said

    spent, said = asyncio.run(run())
    assert json.loads(said)["decision"], "the command answered nothing"
    return {"ask_command_s": spent}


def _resident(server: ServerProcess) -> float:
    process = server._process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    held = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(held.split()[1]) / 1024


def main() -> None:
    """`python -m tests.bench.serving`"""
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(served(500, Path(made), Path(made)))


if __name__ == "__main__":
    main()
