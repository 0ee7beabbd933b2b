"""Every frame that crosses the edge, checked: both sockets in one place."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.errors import BotError

MAX_FRAME = 65_536
"""Bytes a frame may have."""

Id = Annotated[str, Field(min_length=1, max_length=64)]
ConversationId = Annotated[str, Field(min_length=1, max_length=40)]
Locale = Literal["en", "zh-Hans", "zh-Hant", "ms"]
_LONG = 60_000


class BadFrame(BotError):
    """A frame or body that is not what the protocol says; the text names the field."""

    code = "bad_frame"


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CustomerHello(_Frame):
    """The first frame of a customer."""

    type: Literal["hello"]
    protocol: Literal[1]
    token: Annotated[str, Field(max_length=200)] | None = None
    conversation: ConversationId | None = None
    position: Annotated[int, Field(ge=0)] = 0
    log: Annotated[str, Field(max_length=64)] | None = None
    locale: Locale | None = None
    page: Annotated[str, Field(max_length=2000)] | None = None


class CustomerSay(_Frame):
    """A message."""

    type: Literal["say"]
    id: Id
    text: Annotated[str, Field(max_length=_LONG)]
    conversation: ConversationId | None = None


class AskPerson(_Frame):
    """The customer wants a person."""

    type: Literal["person"]
    id: Id


class StartOver(_Frame):
    """The customer wants a fresh conversation."""

    type: Literal["start_over"]
    id: Id


class Rate(_Frame):
    """The verdict on a resolved conversation."""

    type: Literal["rate"]
    id: Id
    score: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, Field(max_length=_LONG)] = ""


class RateAnswer(_Frame):
    """The thumb for one answer."""

    type: Literal["rate_answer"]
    id: Id
    position: Annotated[int, Field(ge=1)]
    helpful: bool
    comment: Annotated[str, Field(max_length=_LONG)] = ""


class Mute(_Frame):
    """No more updates about this incident."""

    type: Literal["mute"]
    id: Id
    incident: Annotated[str, Field(min_length=1, max_length=80)]


class Completed(_Frame):
    """The customer has finished what they were at: says the page that carries the widget."""

    type: Literal["completed"]
    id: Id
    page: Annotated[str, Field(max_length=2000)] | None = None


class CustomerTyping(_Frame):
    """The customer is writing."""

    type: Literal["typing"]
    on: bool


class Language(_Frame):
    """The customer switched the language."""

    type: Literal["language"]
    locale: Locale


class Ping(_Frame):
    """Are you there?"""

    type: Literal["ping"]
    n: int


CustomerFrame = Annotated[
    CustomerSay
    | AskPerson
    | StartOver
    | Rate
    | RateAnswer
    | Mute
    | Completed
    | CustomerTyping
    | Language
    | Ping,
    Field(discriminator="type"),
]


class AgentHello(_Frame):
    """The first frame of an agent."""

    type: Literal["hello"]
    protocol: Literal[1]
    token: Annotated[str, Field(max_length=200)]
    locale: Locale | None = None
    looking: bool = False
    """True: a page that only wants the news; nobody is at the desk because of it."""


class Follow(_Frame):
    """Show me this conversation from here on."""

    type: Literal["follow"]
    conversation: ConversationId
    position: Annotated[int, Field(ge=0)] = 0


class Unfollow(_Frame):
    """Show it no more."""

    type: Literal["unfollow"]
    conversation: ConversationId


class Act(_Frame):
    """Claim, give back or resolve."""

    type: Literal["claim", "give_back", "resolve"]
    id: Id
    conversation: ConversationId


class AgentSay(_Frame):
    """A message to the customer, or a note to the team."""

    type: Literal["say", "note"]
    id: Id
    conversation: ConversationId
    text: Annotated[str, Field(max_length=_LONG)]


class Transfer(_Frame):
    """Hand over to another agent or the queue."""

    type: Literal["transfer"]
    id: Id
    conversation: ConversationId
    to: Annotated[str, Field(max_length=40)] | None = None
    note: Annotated[str, Field(max_length=_LONG)] = ""


class SetPresence(_Frame):
    """Here or away, and with room for how many."""

    type: Literal["presence"]
    id: Id
    status: Literal["online", "away"]
    capacity: Annotated[int, Field(ge=1, le=20)]


class AgentTyping(_Frame):
    """The agent is writing."""

    type: Literal["typing"]
    conversation: ConversationId
    on: bool


AgentFrame = Annotated[
    Follow | Unfollow | Act | AgentSay | Transfer | SetPresence | AgentTyping | Ping,
    Field(discriminator="type"),
]

customer_frames: TypeAdapter[Any] = TypeAdapter(CustomerFrame)
agent_frames: TypeAdapter[Any] = TypeAdapter(AgentFrame)
customer_hello: TypeAdapter[CustomerHello] = TypeAdapter(CustomerHello)
agent_hello: TypeAdapter[AgentHello] = TypeAdapter(AgentHello)


def parse(text: str, frames: TypeAdapter[Any]) -> Any:
    """The frame in `text`; raises BadFrame with the field and what is wrong with it."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame("The frame is not JSON.") from error
    if not isinstance(raw, dict):
        raise BadFrame("The frame is not a JSON object.")
    try:
        return frames.validate_python(raw)
    except ValidationError as error:
        first = error.errors()[0]
        tags = {"say", "person", "hello", str(raw.get("type"))}
        field = ".".join(str(part) for part in first["loc"] if part not in tags) or "type"
        raise BadFrame(f"Field {field!r}: {first['msg']}.") from error


def frame_id(text: str) -> str | None:
    """The `id` of a frame that could not be taken, if it has one: its error can name it."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) and len(found) <= 64 else None
