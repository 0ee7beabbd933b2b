"""The log: what an entry belongs to, in which form, and that nobody's words are in it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog

from bot.answering.answer import Answer, Question
from bot.answering.answerers.scripted import ScriptedAnswerer
from bot.observability import logs
from bot.observability.settings import OperationSettings
from retrieval.search import Evidence
from tests.clients import WAIT
from tests.product import running

CANARY = "quokka-7731"
ASKED = "How long does a refund take"


class Broken(ScriptedAnswerer):
    """An answerer whose errors quote the question, as those of many libraries do."""

    async def answer(self, question: Question, evidence: Evidence, draft: Any) -> Answer:
        """Never an answer."""
        try:
            raise KeyError(question.text)
        except KeyError as error:
            logging.getLogger("some.library").warning("Cannot read %r", question.text)
            raise RuntimeError(f"No model for {question.text!r}") from error


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, as JSON; afterwards logging is as it was."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    yield stream
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers = handlers
    root.setLevel(level)


def entries(stream: io.StringIO, event: str | None = None) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [one for one in found if event in (None, one["event"])]


async def test_a_whole_conversation_leaves_none_of_its_words_in_the_log(
    home: Any, written: io.StringIO
) -> None:
    logs.configure(OperationSettings(log_format="json", log_level="debug"), written)
    async with running(home, answerer=Broken()) as product:
        async with product.customer() as customer, product.agent() as agent:
            called = await customer.ask(ASKED)
            assert called["kind"] == "person.called"
            conversation = customer.conversation or ""
            await agent.act("claim", conversation=conversation)
            await agent.act("say", conversation=conversation, text=f"Hello {CANARY}")
            await agent.act("note", conversation=conversation, text=f"Note {CANARY}")
            await customer.say(f"Thank you {CANARY}")
            await customer.say(CANARY * 1000)
            await customer.send(f"no frame {CANARY}")
            await agent.act("resolve", conversation=conversation)
        url = f"{product.url}/api/suggest"
        async with httpx.AsyncClient(trust_env=False, timeout=WAIT) as client:
            named = await client.get(
                url, params={"q": CANARY}, headers={"X-Request-ID": "from-proxy"}
            )
            other = await client.get(url, headers={"X-Request-ID": f"{CANARY} {CANARY}"})
    assert named.headers["X-Request-ID"] == "from-proxy"
    assert CANARY not in other.headers["X-Request-ID"]
    assert CANARY not in written.getvalue()
    assert ASKED[4:].casefold() not in written.getvalue().casefold()
    (failed,) = entries(written, "turn_failed")
    assert failed["conversation"] == conversation
    assert len(failed["socket"]) == 12, "the socket it came by"
    assert failed["exception"] == "RuntimeError from KeyError"
    assert any("test_logs.py" in place for place in failed["at"])
    (library,) = [one for one in entries(written) if one.get("logger") == "some.library"]
    assert library["event"] == "Cannot read %r"
    assert library["conversation"] == conversation
    assert all(one["timestamp"].endswith("Z") and one["level"] for one in entries(written))


def test_details_and_level_are_settings(written: io.StringIO) -> None:
    def log() -> None:
        written.truncate(0)
        written.seek(0)
        logger = structlog.get_logger()
        logger.info("began")
        try:
            raise ValueError(CANARY)
        except ValueError:
            logger.exception("broke")
        logging.getLogger("some.library").error("Lost %s", CANARY, exc_info=ValueError(CANARY))

    json_lines: dict[str, Any] = {"log_format": "json"}
    logs.configure(OperationSettings(**json_lines, log_level="error"), written)
    log()
    assert [one["event"] for one in entries(written)] == ["broke", "Lost %s"]
    assert CANARY not in written.getvalue()
    logs.configure(OperationSettings(**json_lines, log_details=True), written)
    log()
    assert [one["event"] for one in entries(written)] == ["began", "broke", f"Lost {CANARY}"]
    assert [one.get("said") for one in entries(written)] == [None, [CANARY], [CANARY]]
    logs.configure(OperationSettings(), written)
    log()
    assert "broke" in written.getvalue()
    assert CANARY not in written.getvalue()
    assert "Traceback" not in written.getvalue()
