"""A way to PostgreSQL that breaks exactly where it hurts: at a commit."""

import asyncio
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

COMMIT = b"COMMIT;"


class CutAtCommit:
    """Passes everything on, and cuts the first connection that commits once it is armed.

    With `reaches` the server gets the commit and its answer is lost; without, it never arrives.
    """

    def __init__(self, server: Path, *, reaches: bool) -> None:
        self._server = server
        self._reaches = reaches
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.armed = False
        self.cuts = 0

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        assert self._listening is not None
        return int(self._listening.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._listening is not None
        self._listening.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine = asyncio.current_task()
        assert mine is not None
        self._open.add(mine)
        there, to_server = await asyncio.open_unix_connection(str(self._server))
        back = asyncio.create_task(_copy(there, writer))
        try:
            while said := await reader.read(65_536):
                if self.armed and COMMIT in said:
                    self.armed = False
                    self.cuts += 1
                    back.cancel()  # what the server answers stays here
                    await asyncio.gather(back, return_exceptions=True)
                    if self._reaches:
                        to_server.write(said)
                        await to_server.drain()
                        await there.read(65_536)
                    return
                to_server.write(said)
                await to_server.drain()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
            for one in (writer, to_server):
                one.close()
                with suppress(OSError):
                    await one.wait_closed()
            self._open.discard(mine)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while said := await reader.read(65_536):
            writer.write(said)
            await writer.drain()
        writer.close()
