"""Settings: the only reader of the environment and of the optional TOML file."""

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.answering.settings import AnsweringSettings
from bot.attachments.settings import AttachmentSettings
from bot.errors import SetupError
from bot.identity_settings import IdentitySettings
from bot.observability.settings import OperationSettings
from handoff.settings import HandoffSettings
from retrieval.incidents.sensor_settings import SensorSettings
from retrieval.incidents.settings import IncidentSettings
from retrieval.reading import ImportSettings
from retrieval.settings import RetrievalSettings

_CLOSED = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class WebSettings(BaseModel):
    """The doors: who may connect from where, and how much of it."""

    model_config = _CLOSED

    public_url: str = ""
    """Address customers and agents reach the server at; empty: the one it listens on."""
    allowed_origins: tuple[str, ...] = ()
    """Origins of the sites that embed the widget, such as `https://www.example.com`."""
    frame_ancestors: tuple[str, ...] = ()
    """Origins that may show `/chat` in a frame; none: only the server's own pages."""
    secure_cookies: bool = False
    """Send the staff cookie over HTTPS only; turn it on wherever there is HTTPS."""
    hello_seconds: float = Field(10.0, gt=0)
    """A socket that has not said hello for this long is closed."""
    ping_seconds: int = Field(25, ge=5)
    """Clients ping this often; three times as long without a frame and the socket is closed."""
    messages_per_minute: int = Field(60, ge=1)
    """Messages one visitor may send in a minute."""
    visitors_per_minute: int = Field(3000, ge=1)
    """New visitors from one address in a minute; many customers can share one address."""
    sign_ins_per_minute: int = Field(10, ge=1)
    """Attempts to sign in from one address in a minute."""
    session_hours: int = Field(12, ge=1)
    """A staff session ends after this long."""


class TurnSettings(BaseModel):
    """How the bot takes its turn."""

    model_config = _CLOSED

    quiet: timedelta = timedelta(milliseconds=250)
    """Wait this long for the customer's next message: messages in quick succession are one turn."""
    typing_wait: timedelta = timedelta(seconds=4)
    """While the customer is writing on, wait up to this long."""
    lease: timedelta = timedelta(seconds=20)
    """A turn not finished in this time is taken again."""
    deadline: timedelta = timedelta(seconds=75)
    """A turn that takes longer than this goes to a person."""
    attempts: int = Field(2, ge=1)
    """Turns that died before a person is called instead."""
    at_once: int = Field(8, ge=1)
    """Turns worked on at the same time."""
    idle_hours: int = Field(72, ge=1)
    """A conversation with the bot ends by itself after this long without a word."""


class DatabaseSettings(BaseModel):
    """Where everything but files is kept."""

    model_config = _CLOSED

    url: str = ""
    """PostgreSQL's address, `postgresql://user:password@host:5432/name`; empty: a SQLite file in
    the home."""


class LiveSettings(BaseModel):
    """How processes tell each other what moved."""

    model_config = _CLOSED

    redis_url: str = ""
    """Redis' address, `redis://host:6379/0` (`rediss://` with TLS); empty: one process alone."""


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="HANDRAIL_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    home: Path = Path("var")
    """The folder that holds all state: database, index, model."""
    database: DatabaseSettings = DatabaseSettings()
    live: LiveSettings = LiveSettings()
    web: WebSettings = WebSettings()
    turn: TurnSettings = TurnSettings()
    identity: IdentitySettings = IdentitySettings()
    attachments: AttachmentSettings = AttachmentSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    importing: ImportSettings = ImportSettings()
    incidents: IncidentSettings = IncidentSettings()
    sensor: SensorSettings = SensorSettings()
    handoff: HandoffSettings = HandoffSettings()
    answering: AnsweringSettings = AnsweringSettings()
    operation: OperationSettings = OperationSettings()

    @property
    def database_path(self) -> Path:
        """The SQLite file, used unless `database.url` names another place."""
        return self.home / "handrail.db"

    @property
    def database_at(self) -> Path | str:
        """The database: the SQLite file's path, or PostgreSQL's address."""
        return self.database.url or self.database_path

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code wins over the environment, and that over the TOML file."""
        file = os.environ.get("HANDRAIL_CONFIG")
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        if file is None:
            return sources
        if not Path(file).is_file():
            raise SetupError(f"HANDRAIL_CONFIG names {file!r}, but there is no such file.")
        return (*sources, TomlConfigSettingsSource(settings_cls, toml_file=file))


def load(home: Path | None = None, **given: Any) -> Settings:
    """The settings of this process; raises SetupError naming each wrong one."""
    if home is not None:
        given["home"] = home
    quiet_libraries()
    names = {
        name
        for name in os.environ
        if name.startswith("HANDRAIL_") and name not in _OTHER_NAMES and _TESTS not in name
    }
    known = {f"HANDRAIL_{field.upper()}" for field in Settings.model_fields}
    for name in sorted(names):
        if name.split("__")[0].upper() not in known:
            raise SetupError(f"There is no setting {name}. See docs/settings.md.")
    try:
        return Settings(**given)
    except (SettingsError, tomllib.TOMLDecodeError) as error:
        raise SetupError(f"A setting cannot be read: {error}. Lists are JSON.") from error
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors()
        )
        raise SetupError(f"These settings are wrong: {wrong}") from error


_OTHER_NAMES = frozenset({"HANDRAIL_CONFIG"})
_TESTS = "HANDRAIL_TEST_"


def quiet_libraries() -> None:
    """No library may phone home, whatever its own defaults are."""
    for name, value in {
        "ANONYMIZED_TELEMETRY": "False",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "LANGSMITH_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
        "TOKENIZERS_PARALLELISM": "false",
    }.items():
        os.environ.setdefault(name, value)
