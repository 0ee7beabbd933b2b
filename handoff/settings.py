"""Settings of the handoff: when a person is called, and how long a claim holds."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class HandoffSettings(BaseModel):
    """When a person is called, and how long a customer waits for one."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    asking_limit: float = Field(0.35, ge=0, le=1)
    """From this probability on, a message counts as a request for a person."""
    min_confidence: float = Field(0.5, ge=0, le=1)
    """Below this the bot does not know and offers a person, unless an admin chose otherwise."""
    clarify_confidence: float = Field(0.4, ge=0, le=1)
    """From here up to `min_confidence` the bot first asks back, with the articles it may be."""
    frustration_limit: float = Field(0.7, ge=0, le=1)
    """From here on a person is called, however good the answer."""
    urgency_limit: float = Field(0.4, ge=0, le=1)
    """From here on a person is called at once, before everybody who is not urgent."""
    person_limit: float = Field(0.4, ge=0, le=1)
    """From this probability on that a person is needed, one is called, all signals together.

    Asked last, when no single reason was enough; 1 never calls anybody for this reason.
    """
    max_failed_answers: int = Field(2, ge=1)
    """Unhelpful answers in a row before a person is called."""
    claim_lease: timedelta = Field(timedelta(seconds=60), gt=timedelta(0))
    """An agent not heard of for this long loses conversations back to the queue."""
    sign_in_link_ttl: timedelta = Field(timedelta(hours=24), gt=timedelta(0))
    """How long a one-time sign-in link for an agent is valid."""
    default_capacity: int = Field(4, ge=1, le=20)
    """Conversations a new agent has room for at the same time."""
    minutes_per_conversation: float | None = Field(None, gt=0)
    """Assumed length of a conversation while too few were handled to know; none: say no wait."""
