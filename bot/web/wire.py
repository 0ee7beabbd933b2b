"""Every frame that crosses the edge, checked: both sockets in one place."""

import json
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bot.conversation.text import title
from bot.errors import BotError

MAX_FRAME = 65_536
"""Bytes a frame may have."""

Id = Annotated[str, Field(min_length=1, max_length=64)]
ConversationId = Annotated[str, Field(min_length=1, max_length=40)]
Locale = Literal["en", "zh-Hans", "zh-Hant", "ms"]
_LONG = 60_000
PageTitle = Annotated[str, Field(max_length=2000), AfterValidator(title)]
"""What the page is called, cleaned and cut: a page with an odd title costs nobody a message."""
Uploads = Annotated[list[Id], Field(max_length=5)]
"""Ids of the sender's own uploads that go with a message."""


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
    identity: Annotated[str, Field(max_length=_LONG)] | None = None
    """A signed token; one that cannot be believed costs nobody the chat: its size is no error."""
    device: Annotated[str, Field(max_length=64)] | None = None
    conversation: ConversationId | None = None
    position: Annotated[int, Field(ge=0)] = 0
    log: Annotated[str, Field(max_length=64)] | None = None
    locale: Locale | None = None
    page: Annotated[str, Field(max_length=2000)] | None = None
    page_title: PageTitle | None = None


class CustomerSay(_Frame):
    """A message."""

    type: Literal["say"]
    id: Id
    text: Annotated[str, Field(max_length=_LONG)]
    conversation: ConversationId | None = None
    page: Annotated[str, Field(max_length=2000)] | None = None
    page_title: PageTitle | None = None
    attachments: Uploads = Field(default_factory=list)


class AskPerson(_Frame):
    """The customer wants a person."""

    type: Literal["person"]
    id: Id
    page: Annotated[str, Field(max_length=2000)] | None = None
    page_title: PageTitle | None = None


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


class Forget(_Frame):
    """The customer has signed out: this socket's session ends."""

    type: Literal["forget"]


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
    | Forget
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
    """Claim, put off no longer, or take back what was decided a moment ago."""

    type: Literal["claim", "wake", "undo"]
    id: Id
    conversation: ConversationId


class _Decision(_Frame):
    id: Id
    conversation: ConversationId
    note: Annotated[str, Field(max_length=_LONG)] = ""
    undo: bool = False
    """True: done ten seconds later, unless it is taken back."""


class GiveBack(_Decision):
    """To the bot."""

    type: Literal["give_back"]


class Resolve(_Decision):
    """It is over, for this reason."""

    type: Literal["resolve"]
    why: Literal["solved", "no_answer", "duplicate", "not_support", "elsewhere"] | None = None


class Snooze(_Decision):
    """Put off until then, or with null until the customer writes."""

    type: Literal["snooze"]
    until: Annotated[AwareDatetime, Field(strict=False)] | None = None


class AgentSay(_Frame):
    """A message to the customer, or a note to the team."""

    type: Literal["say", "note"]
    id: Id
    conversation: ConversationId
    text: Annotated[str, Field(max_length=_LONG)]
    attachments: Uploads = Field(default_factory=list)

    @model_validator(mode="after")
    def _notes_carry_none(self) -> "AgentSay":
        """Who may read an attachment follows from its conversation, and a note is not for all."""
        if self.type == "note" and self.attachments:
            raise ValueError("a note carries no attachments")
        return self


class Transfer(_Decision):
    """Hand over to another agent, to a team, or to the queue."""

    type: Literal["transfer"]
    to: Annotated[str, Field(max_length=40)] | None = None
    team: Annotated[str, Field(max_length=40)] | None = None


class Supervise(_Frame):
    """Show me everything that is live, or no more; for supervisors."""

    type: Literal["supervise"]
    on: bool


class Whisper(_Frame):
    """A note for the agent who has the conversation; for supervisors."""

    type: Literal["whisper"]
    id: Id
    conversation: ConversationId
    text: Annotated[str, Field(max_length=_LONG)]


class TakeOver(_Frame):
    """Give me what another agent has; for supervisors."""

    type: Literal["take_over"]
    id: Id
    conversation: ConversationId
    epoch: Annotated[int, Field(ge=0)]
    """The one that was seen: whoever got it since then keeps it."""


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
    Follow
    | Unfollow
    | Act
    | GiveBack
    | Resolve
    | Snooze
    | AgentSay
    | Transfer
    | Supervise
    | Whisper
    | TakeOver
    | SetPresence
    | AgentTyping
    | Ping,
    Field(discriminator="type"),
]

customer_frames: TypeAdapter[Any] = TypeAdapter(CustomerFrame)
agent_frames: TypeAdapter[Any] = TypeAdapter(AgentFrame)
customer_hello: TypeAdapter[CustomerHello] = TypeAdapter(CustomerHello)
agent_hello: TypeAdapter[AgentHello] = TypeAdapter(AgentHello)


def parse(text: str, frames: TypeAdapter[Any]) -> Any:
    """The frame in `text`; raises BadFrame with the field and what is wrong with it."""
    try:
        return frames.validate_json(text)
    except ValidationError:
        return _explained(text, frames)


def _explained(text: str, frames: TypeAdapter[Any]) -> Any:
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
