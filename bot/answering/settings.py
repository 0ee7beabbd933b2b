"""What an operator may choose about who writes the answers."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class AnsweringSettings(BaseModel):
    """Who writes the answers, and how long a chat model may take."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    answerer: str = "extractive"
    """`extractive` quotes the help centre; `chat_model` lets a language model write from it."""
    chat_model: str | None = None
    """Provider and name of the chat model: `openai:…`, `anthropic:…` or `ollama:…`."""
    base_url: str | None = None
    """Address of the model's server, where it is not the provider's own."""
    api_key: SecretStr | None = None
    """Key for the model's server; a server of your own may need none."""
    first_token_seconds: float = Field(10.0, gt=0)
    """A model that has written nothing by then is given up for this answer."""
    between_tokens_seconds: float = Field(15.0, gt=0)
    """A model that falls silent for so long is given up for this answer."""
    whole_seconds: float = Field(60.0, gt=0)
    """The longest that a model may take for one answer."""
    at_once: int = Field(8, ge=1)
    """Answers that the model writes at the same time; others wait for their turn."""
