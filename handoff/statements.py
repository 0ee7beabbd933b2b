"""Statements that every message runs: put together once, then handed straight to SQLite.

SQLAlchemy Core spends some 20 µs on each execution, several times what SQLite takes, and a
customer's message is half a dozen statements on the one thread that writes. What it works out is
the same every time, so it is kept: the text, the order of the parameters, how each value is stored
and read. On other databases the statement runs as any other does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import ColumnElement, Executable
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement, Select

Parameters = Mapping[str, Any]
_Process = Callable[[Any], Any]
_Places = tuple[tuple[int, _Process], ...]

NEW = "new_"
"""Begins the name of a parameter that sets the column of the name behind it."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """What SQLAlchemy made of a statement for one dialect."""

    dialect: Dialect
    text: str
    names: tuple[str, ...]
    """Parameters in the order of the text."""
    constants: Parameters
    """Those that the statement itself gives."""
    attributes: Callable[[object], Sequence[Any]]
    """The parameters out of a record."""
    store: _Places
    """Parameters that are not kept as they come: place, what makes of them what is kept."""
    read: _Places
    """Columns that do not come as they are kept: place, what makes of them what is read."""

    def values(self, given: Parameters) -> list[Any]:
        """The parameters in order; KeyError for one that is missing."""
        if self.constants:
            given = {**self.constants, **given}
        return [given[name] for name in self.names]


class Statement:
    """A statement with named parameters, for SQLite and whatever else SQLAlchemy speaks to.

    It reads what the same statement reads and raises what it raises. Rows are plain tuples. It
    cannot hold what is put together anew each time: lists for `IN`, defaults that Python computes.
    """

    def __init__(self, core: Executable, *, names: Sequence[str] = ()) -> None:
        """`names`: for an insert without values, the columns that every execution gives."""
        self._core = core
        self._names = tuple(names)
        self._ready: _Ready | None = None
        self._wanted: list[str] = []

    def first(self, tx: Connection, parameters: Parameters) -> tuple[Any, ...] | None:
        """The first row, or None."""
        rows = self.rows(tx, parameters)
        return rows[0] if rows else None

    def scalar(self, tx: Connection, parameters: Parameters) -> Any:
        """The first column of the first row, or None."""
        row = self.first(tx, parameters)
        return None if row is None else row[0]

    def rows(self, tx: Connection, parameters: Parameters) -> list[tuple[Any, ...]]:
        """Every row."""
        ready = self._for(tx)
        if ready is None:
            return [tuple(row) for row in tx.execute(self._core, parameters)]
        found: list[tuple[Any, ...]] = _run(tx, ready, ready.values(parameters)).fetchall()
        return [_read(row, ready.read) for row in found] if ready.read else found

    def run(self, tx: Connection, parameters: Parameters) -> int:
        """Change something; gives how many rows it was."""
        ready = self._for(tx)
        if ready is None:
            return tx.execute(self._core, parameters).rowcount
        return int(_run(tx, ready, ready.values(parameters)).rowcount)

    def put(self, tx: Connection, record: object) -> int:
        """As `run`, with the record's attributes as parameters, for `new_x` its `x`."""
        ready = self._for(tx)
        if ready is None:
            if not self._wanted:
                binds = _compiled(self._core, self._names, tx.dialect).binds
                self._wanted = [name for name, one in binds.items() if one.required]
            given = {name: getattr(record, name.removeprefix(NEW)) for name in self._wanted}
            return tx.execute(self._core, given).rowcount
        return int(_run(tx, ready, list(ready.attributes(record))).rowcount)

    def _for(self, tx: Connection) -> _Ready | None:
        """None where SQLAlchemy has to run it: another database, or nothing has begun yet."""
        if tx.dialect.name != "sqlite" or not tx.in_transaction():
            return None
        ready = self._ready
        if ready is None or ready.dialect is not tx.dialect:
            ready = self._ready = _prepared(self._core, self._names, tx.dialect)
        return ready


def _run(tx: Connection, ready: _Ready, values: list[Any]) -> Any:
    for place, process in ready.store:
        values[place] = process(values[place])
    raw: Any = tx.connection.dbapi_connection
    try:
        return raw.execute(ready.text, values)
    except ready.dialect.loaded_dbapi.Error as error:
        base = ready.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(
            ready.text, tuple(values), error, base, dialect=ready.dialect
        ) from error


def _compiled(core: Executable, names: tuple[str, ...], dialect: Dialect) -> SQLCompiler:
    compiled = cast("ClauseElement", core).compile(dialect=dialect, column_keys=list(names) or None)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"This is no statement that has parameters: {core}")
    if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
        raise TypeError(f"This has to be put together each time it runs: {compiled}")
    return compiled


def _prepared(core: Executable, names: tuple[str, ...], dialect: Dialect) -> _Ready:
    compiled = _compiled(core, names, dialect)
    order = tuple(compiled.positiontup or ())
    places = [compiled.binds[name] for name in order]
    given = zip(order, places, strict=True)
    columns: Sequence[ColumnElement[Any]] = (
        list(core.selected_columns) if isinstance(core, Select) else ()
    )
    return _Ready(
        dialect,
        compiled.string,
        order,
        {name: compiled.params[name] for name, one in given if not one.required},
        _getter([name.removeprefix(NEW) for name in order]),
        _some([one.type.dialect_impl(dialect).bind_processor(dialect) for one in places]),
        _some([one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns]),
    )


def _getter(names: Sequence[str]) -> Callable[[object], Sequence[Any]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: [getattr(record, name) for name in names]


def _some(processes: Sequence[_Process | None]) -> _Places:
    return tuple((place, one) for place, one in enumerate(processes) if one is not None)


def _read(row: tuple[Any, ...], readers: _Places) -> tuple[Any, ...]:
    cells = list(row)
    for place, reader in readers:
        cells[place] = reader(cells[place])
    return tuple(cells)
