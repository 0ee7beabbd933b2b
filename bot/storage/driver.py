"""PostgreSQL's driver is an extra: who needs it and has it not is told how to get it."""

from importlib.util import find_spec

from bot.errors import SetupError


def require() -> None:
    """Raises SetupError when asyncpg is not installed."""
    if find_spec("asyncpg") is None:
        raise SetupError(
            "HANDRAIL_DATABASE__URL is set, and PostgreSQL's driver is not installed. Run "
            "`pip install 'handrail[scale]'`."
        )
