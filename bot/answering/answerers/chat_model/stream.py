"""Reads what a chat model writes, and stops listening when it stalls, floods or goes astray."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass

from langchain_core.messages import BaseMessageChunk

from bot.answering.answer import MODEL_REFUSED, MODEL_RUBBISH, MODEL_STALLED, MODEL_UNREACHABLE
from bot.answering.answerers.chat_model import failure
from bot.answering.answerers.chat_model.failure import ModelFailed

LONGEST = 8000
"""Characters after which nobody would read on anyway."""
_ENDINGS = ("finish_reason", "stop_reason", "done_reason")  # openai, anthropic, ollama
_CUT_SHORT = frozenset({"length", "max_tokens"})
_REFUSED = frozenset({"content_filter", "refusal", "safety"})
_ACTED = frozenset({"tool_calls", "function_call", "tool_use"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds."""

    first_token: float
    between_tokens: float
    whole: float


async def read(
    chunks: AsyncIterator[BaseMessageChunk], patience: Patience, heard: Callable[[str], None]
) -> str:
    """Return the whole text, telling `heard` what there is so far; raises ModelFailed.

    Only text counts as a sign of life: keep-alives and empty chunks do not. Half an answer is
    none: the stream must say that it has ended. However this ends, the connection is free.
    """
    loop = asyncio.get_running_loop()
    end_at = loop.time() + patience.whole
    text_by = loop.time() + patience.first_token
    text = ending = ""
    try:
        while True:
            async with asyncio.timeout_at(min(text_by, end_at)):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            _refuse_action(chunk)
            ending = _ending(chunk) or ending
            if chunk.text:
                text += chunk.text
                _refuse_flood(text)
                heard(text)
                text_by = loop.time() + patience.between_tokens
    except TimeoutError as error:
        why = "in the middle" if text else "before the first token"
        raise ModelFailed(MODEL_STALLED, f"silent {why}", outage=True) from error
    except ModelFailed:
        raise
    except Exception as error:
        raise failure.of(error) from error
    finally:
        await _leave(chunks)
    _refuse_rubbish(text, ending)
    return text.strip()


async def _leave(chunks: AsyncIterator[BaseMessageChunk]) -> None:
    """Close the stream at once.

    `aclose()` would close only the outermost of the library's nested generators and leave the
    socket to the garbage collector; a time-out while it waits for the next chunk unwinds them all.
    """
    with suppress(Exception):
        async with asyncio.timeout(0):
            async for _ in chunks:
                pass


def _refuse_action(chunk: BaseMessageChunk) -> None:
    """The model is offered no tools, so a call of one is made up."""
    if getattr(chunk, "tool_call_chunks", None) or "function_call" in chunk.additional_kwargs:
        raise ModelFailed(MODEL_RUBBISH, "called a tool that it was not offered")


def _refuse_flood(text: str) -> None:
    if len(text) > LONGEST:
        raise ModelFailed(MODEL_RUBBISH, f"more than {LONGEST} characters")


def _refuse_rubbish(text: str, ending: str) -> None:
    if ending in _REFUSED:
        raise ModelFailed(MODEL_REFUSED, f"ended with {ending}")
    if ending in _ACTED:
        raise ModelFailed(MODEL_RUBBISH, f"ended with {ending}")
    if not ending:
        raise ModelFailed(MODEL_UNREACHABLE, "the stream broke off", outage=True)
    if ending in _CUT_SHORT:
        raise ModelFailed(MODEL_RUBBISH, "the model's own limit cut the answer short")
    if not text.strip():
        raise ModelFailed(MODEL_RUBBISH, "empty")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in "\n\t\r" for c in text):
        raise ModelFailed(MODEL_RUBBISH, "characters that are no text")


def _ending(chunk: BaseMessageChunk) -> str:
    return next(
        (str(chunk.response_metadata[key]) for key in _ENDINGS if chunk.response_metadata.get(key)),
        "",
    )
