"""Alembic's entry: runs on the connection that `bot.schema` hands in."""

from typing import Any, Literal

from alembic import context

from bot.schema import metadatas

connection = context.config.attributes["connection"]


def plain_types(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Write our instants as the database's own type: a migration imports nothing of ours."""
    if kind == "type" and type(thing).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=connection,
    target_metadata=metadatas(),
    compare_type=True,
    render_item=plain_types,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
