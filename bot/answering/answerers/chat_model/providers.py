"""The chat models that can be named in a setting, each made by its own LangChain package."""

import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel

from bot.answering.settings import AnsweringSettings
from bot.errors import SetupError

SETTING = "HANDRAIL_ANSWERING__CHAT_MODEL"
_NO_KEY = "none"
"""Servers of one's own often want no key, but the libraries insist on one."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A chat model, and how to give its sockets back."""

    model: BaseChatModel
    close: Callable[[], Awaitable[None]]


def connect(options: AnsweringSettings) -> Connection:
    """Make the model named `provider:model`; raises SetupError that says what to change.

    Retries and timeouts of the libraries are off: the answerer watches by itself, and a second
    try would only keep the customer waiting.
    """
    provider, _, name = (options.chat_model or "").partition(":")
    if provider not in _PROVIDERS or not name:
        known = ", ".join(f"{known}:<model>" for known in _PROVIDERS)
        given = f"{options.chat_model!r} is not one" if options.chat_model else "none is named"
        raise SetupError(
            f"The answerer chat_model needs a model, and {given}. Set {SETTING} to {known}."
        )
    return _PROVIDERS[provider](name, options)


def _openai(name: str, options: AnsweringSettings) -> Connection:
    package = _package("langchain_openai", "openai")
    client = importlib.import_module("openai").DefaultAsyncHttpxClient(**_http(options))
    model = package.ChatOpenAI(
        model=name,
        base_url=options.base_url or "https://api.openai.com/v1",
        api_key=_key(options, "openai"),
        http_async_client=client,
        max_retries=0,
        stream_usage=False,
        stream_chunk_timeout=None,
        use_responses_api=False if options.base_url else None,
    )
    return Connection(model, client.aclose)


def _anthropic(name: str, options: AnsweringSettings) -> Connection:
    package = _package("langchain_anthropic", "anthropic")
    client = importlib.import_module("anthropic").DefaultAsyncHttpxClient(**_http(options))
    model = package.ChatAnthropic(
        model=name,
        base_url=options.base_url or "https://api.anthropic.com",
        api_key=_key(options, "anthropic"),
        max_retries=0,
    )
    # The package shares one HTTP client per process and offers no way to hand in another.
    vars(model)["_async_client"] = model._async_client.copy(http_client=client)  # noqa: SLF001 - no setter
    return Connection(model, client.aclose)


def _ollama(name: str, options: AnsweringSettings) -> Connection:
    package = _package("langchain_ollama", "ollama")
    key = options.api_key.get_secret_value() if options.api_key else ""
    model = package.ChatOllama(
        model=name,
        base_url=options.base_url or "http://127.0.0.1:11434",
        client_kwargs={"headers": {"authorization": f"Bearer {key}"}} if key else {},
        async_client_kwargs=_http(options),
    )
    return Connection(model, model._async_client.close)  # noqa: SLF001 - it has no close of its own


_PROVIDERS: dict[str, Callable[[str, AnsweringSettings], Connection]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "ollama": _ollama,
}


def _http(options: AnsweringSettings) -> dict[str, Any]:
    """How to connect: never to where a reply points, for the request holds customers' words."""
    return {"timeout": options.whole_seconds, "follow_redirects": False}


def _package(module: str, provider: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        pip = module.replace("_", "-")
        raise SetupError(
            f"Models of {provider} need the package {pip}, which is not installed. "
            f"Run: pip install {pip}"
        ) from error


def _key(options: AnsweringSettings, provider: str) -> str:
    if options.api_key is not None and options.api_key.get_secret_value():
        return options.api_key.get_secret_value()
    if options.base_url:
        return _NO_KEY
    raise SetupError(
        f"Models of {provider} need a key. Set HANDRAIL_ANSWERING__API_KEY, or "
        "HANDRAIL_ANSWERING__BASE_URL for a server of your own that needs none."
    )
