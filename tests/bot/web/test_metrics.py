"""What people who run it can see: metrics, traces, health, and who may not."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent import futures
from pathlib import Path
from time import perf_counter
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from prometheus_client.parser import text_string_to_metric_families

from bot.answering.answer import Answer, Question
from bot.answering.answerers.scripted import ScriptedAnswerer
from bot.observability import metrics
from bot.web import health
from retrieval.search import Evidence
from tests.clients import WAIT
from tests.product import Product, copy_home, running, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "a token of the test's own"
CANARY = "quokka-7731"


class Broken(ScriptedAnswerer):
    """An answerer whose errors quote somebody."""

    async def answer(self, question: Question, evidence: Evidence, draft: Any) -> Answer:
        """An answer, but not about refunds."""
        if "refund" in question.text:
            raise RuntimeError(f"{CANARY}: {question.text}")
        return await super().answer(question, evidence, draft)


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """An OTLP collector that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Take the spans."""
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return trace_service_pb2.ExportTraceServiceResponse()


@pytest.fixture(scope="module")
def collector() -> Iterator[tuple[Collector, str]]:
    """A collector and its address."""
    found = Collector()
    server = grpc.server(futures.ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(found, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield found, f"http://127.0.0.1:{port}"
    server.stop(None).wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(
    sample_home: Path, tmp_path_factory: pytest.TempPathFactory, collector: tuple[Collector, str]
) -> AsyncIterator[Product]:
    """A server that counts and traces."""
    home = copy_home(sample_home, tmp_path_factory.mktemp("watched") / "home")
    seen = {"operation": {"metrics_token": TOKEN, "traces_url": collector[1]}}
    async with running(home, answerer=Broken(), settings=seen) as product:
        yield product


async def read(product: Product, token: str | None = TOKEN) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=product.url, trust_env=False, timeout=WAIT) as client:
        return await client.get("/metrics", headers=headers)


async def figures(product: Product) -> dict[tuple[str, ...], float]:
    """(name, label values…) → value."""
    answer = await read(product)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_a_conversation_is_counted_timed_and_traced(
    watched: Product, collector: tuple[Collector, str]
) -> None:
    before = await figures(watched)
    async with watched.customer() as unlucky:
        failed = await unlucky.ask("How long does a refund take")
        assert failed["data"]["reason"] == "failed"
    async with watched.customer() as customer:
        await customer.ask(f"How much luggage may I take? {CANARY}")
        again = customer.next_id()
        first = await customer.say("thank you", again)
        assert await customer.say("thank you", again) == first
        await customer.outcome(first["position"])
        ack = await customer.person()
        await customer.outcome(ack["position"])
        refused = await customer.answer_to({"type": "say", "id": "long", "text": "x" * 5000})
        assert refused["type"] == "error"
        async with asyncio.timeout(WAIT):
            sockets = ("handrail_sockets", "customer")
            while (now := await figures(watched)).get(sockets) != 1.0:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    def grew(*name: str) -> float:
        return now[name] - before.get(name, 0.0)

    assert grew("handrail_acknowledgement_seconds_count") == 4
    assert grew("handrail_messages_repeated_total") == 1
    assert grew("handrail_outcomes_total", "answered") == 2
    assert grew("handrail_outcomes_total", "queued") == 2
    assert grew("handrail_outcome_seconds_count", "answered") == 2
    assert 0 < grew("handrail_outcome_seconds_sum", "answered") < WAIT
    for stage in ("embedding", "search", "answer"):
        assert grew("handrail_stage_seconds_count", stage) >= 1, stage
    assert grew("handrail_stage_seconds_count", "write") == 4
    assert grew("handrail_errors_total", refused["code"]) == 1
    assert grew("handrail_write_group_count") >= 6
    assert now["handrail_loop_lag_seconds_count",] > 0
    assert now["handrail_queue_waiting",] == 2
    assert now["handrail_queue_longest_wait_seconds",] > 0
    assert now["handrail_unanswered_seconds",] == 0
    assert now["handrail_part_ok", "database"] == now["handrail_part_ok", "index"] == 1
    await turns_are_traced(collector[0], of=customer.conversation or "-")


async def turns_are_traced(found: Collector, *, of: str) -> None:
    """Each turn is one trace with its stages, of this conversation too, without its words."""
    await until(lambda: sum(one.name == "turn" for one in found.spans) >= 4)
    turns = {one.trace_id: one for one in found.spans if one.name == "turn"}
    parts = {one.name: one.trace_id for one in found.spans if one.name != "turn"}
    assert set(parts) == {"embedding", "search", "answer", "write"}
    assert set(parts.values()) <= set(turns)
    assert all(one.parent_span_id == b"" for one in turns.values())
    assert of.encode() in b"".join(one.SerializeToString() for one in turns.values())
    assert not [one for one in found.spans if CANARY.encode() in one.SerializeToString()]


async def test_strangers_get_no_metrics(watched: Product) -> None:
    for token in (None, "wrong", TOKEN[:-1], TOKEN + "x"):
        refused = await read(watched, token)
        assert refused.status_code == 401, token
        assert "handrail_" not in refused.text


async def test_every_alarm_rests_on_a_figure_that_there_is(watched: Product) -> None:
    page = Path(__file__).parents[3] / "docs" / "alarms.md"
    named = set(re.findall(r"\bhandrail_\w+", page.read_text("utf-8")))
    answer = await read(watched)
    given = {found.group(1) for found in re.finditer(r"^# TYPE (\w+)", answer.text, re.MULTILINE)}
    given |= {name for name, *_ in await figures(watched)}
    assert len(named) >= 10
    assert named <= given, named - given


async def test_an_observation_costs_microseconds() -> None:
    metrics.begin()

    def cost(rounds: int = 2_000) -> float:
        started = perf_counter()
        for _ in range(rounds):
            metrics.accepted(0.001, new=True)
            metrics.took("search", 0.002)
            metrics.committed(3, 1)
        return (perf_counter() - started) / rounds / 4 * 1e6

    best = min(cost() for _ in range(5))
    print(f"{best:.2f} µs an observation")
    assert best < 10


_COUNTS = """
import os, sys
from bot.answering.answer import Answer, Question
from bot.answering.answerers.scripted import ScriptedAnswerer
from bot.observability import metrics
from prometheus_client import CollectorRegistry
metrics.begin()
if sys.argv[1] == "read":
    sys.stdout.buffer.write(metrics.written(CollectorRegistry()))
else:
    metrics.decided("answered", int(sys.argv[1]))
    metrics.pulse(0.0, [("customer", 5)], 1)
    print("counted", flush=True)
    sys.stdin.read()
"""


async def test_workers_count_together_and_the_dead_are_not_connected() -> None:
    def start(word: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", _COUNTS, word],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    with metrics.shared(on=True):
        one, other = start("2"), start("3")
        for worker in (one, other):
            assert worker.stdout is not None
            assert worker.stdout.readline() == "counted\n"
        one.communicate(timeout=WAIT)  # it ends
        told, _ = start("read").communicate(timeout=WAIT)
        other.communicate(timeout=WAIT)
    assert 'handrail_outcomes_total{outcome="answered"} 5.0' in told
    assert 'handrail_sockets{side="customer"} 5.0' in told
    assert metrics.SHARED not in os.environ


async def test_ready_says_what_is_degraded_and_what_to_do(home: Path) -> None:
    for told in (home / "index").glob("*/generation.json"):
        shutil.rmtree(told.parent)
    silent = {"incidents": {"sources": "statuspage=http://127.0.0.1:9,name=status"}}
    async with (
        running(home, settings=silent) as product,
        httpx.AsyncClient(base_url=product.url, trust_env=False, timeout=WAIT) as client,
    ):
        found = await client.get("/health/ready")
        assert found.status_code == 200, "customers are served, by people"
        told = found.json()
        assert (told["status"], told["database"], told["model"]) == ("degraded", "ok", "ok")
        assert told["advice"] == [
            health.ADVICE["index", "failed"],
            health.ADVICE["status_pages", "silent"],
        ]
        product.parts.database.sync.write(lambda tx: tx.exec_driver_sql("PRAGMA query_only=ON"))
        product.app.state.health = (0.0, product.app.state.health[1])
        found = await client.get("/health/ready")
        assert (found.status_code, found.json()["status"]) == (503, "not_ready")
        assert found.json()["database"] == "read_only"
        assert health.ADVICE["database", "read_only"] in found.json()["advice"]
        assert (await client.get("/health/live")).status_code == 200
        assert (await read(product)).status_code == 404, "there are none unless a token is set"
