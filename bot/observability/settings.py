"""Settings of what can be seen from outside."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class OperationSettings(BaseModel):
    """What the people who run it can see. Nothing is sent anywhere unless it is set here."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    metrics_token: SecretStr = SecretStr("")
    """Who shows this token may read `/metrics` (`Authorization: Bearer …`); empty: nobody may."""
    traces_url: str = Field("", pattern=r"^$|^https?://")
    """OTLP endpoint (gRPC) that is sent a trace of every turn, such as `http://collector:4317`;
    `http` is sent without TLS; empty: nothing is traced."""
    traces_share: float = Field(1.0, ge=0, le=1)
    """Share of the turns that are traced."""
    log_format: Literal["text", "json"] = "text"
    """One line of text for people, or one JSON object, per log entry."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important entries that are written."""
    log_details: bool = False
    """Also write what errors say: helps to find a fault, and may quote what customers wrote."""
