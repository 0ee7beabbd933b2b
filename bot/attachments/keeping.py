"""An upload from its first byte to the database, and back out again."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import IO

from bot.attachments import checking, naming, store
from bot.attachments.checking import Checked
from bot.attachments.errors import AttachmentsOff, EmptyFile, FileTooLarge, UploadTimeout
from bot.attachments.settings import AttachmentSettings
from bot.attachments.store import Attachment, Kind
from bot.storage.engine import Database

READ_AT_ONCE = 2
"""Files read at one time: each takes a processor and some hundred MB at the worst."""
BUFFER = 1 << 20
"""Bytes of an upload in memory before they are written to a file."""


class Attachments:
    """Takes uploads and gives their content."""

    def __init__(
        self, database: Database, settings: AttachmentSettings, now: Callable[[], datetime]
    ) -> None:
        self._db = database
        self.settings = settings
        self._now = now
        self._places = asyncio.Semaphore(READ_AT_ONCE)

    def wire(self) -> dict[str, int] | None:
        """What clients may attach, as their welcome says it; None for nothing."""
        if not self.settings.enabled:
            return None
        return {"max_bytes": self.settings.max_bytes, "most": store.MOST}

    async def take(
        self,
        owner: str,
        name: str,
        stream: AsyncIterator[bytes],
        *,
        weighed: Callable[[int], Awaitable[None]] | None = None,
    ) -> Attachment:
        """Keep the file for its owner to send; `weighed` hears its bytes, and may refuse them.

        Nothing is kept of a file that is refused or breaks off. Raises AttachmentsOff, EmptyFile,
        FileTooLarge, UnsupportedType, BrokenFile, TooManyPixels, UploadTimeout.
        """
        if not self.settings.enabled:
            raise AttachmentsOff
        with tempfile.TemporaryFile() as came, tempfile.TemporaryFile() as made:
            size = await self._receive(stream, came)
            if weighed is not None:
                await weighed(size)
            async with self._places:
                found = await asyncio.to_thread(checking.check, came, made, self.settings)
            return await self._keep(owner, name, found, made)

    async def content(self, attachment_id: str, kind: Kind) -> AsyncIterator[bytes]:
        """The content part by part; who may read it is decided before."""
        number = 0
        while True:
            read = partial(store.part, attachment_id=attachment_id, kind=kind, number=number)
            piece = await self._db.read(read)
            if piece is None:
                return
            yield piece
            number += 1

    async def _receive(self, stream: AsyncIterator[bytes], came: IO[bytes]) -> int:
        """Write the upload to the file; counted as it comes, whatever was announced."""
        size, waiting = 0, bytearray()
        try:
            async with asyncio.timeout(self.settings.upload_seconds):
                async for piece in stream:
                    size += len(piece)
                    if size > self.settings.max_bytes:
                        raise FileTooLarge(self.settings.max_bytes)
                    waiting += piece
                    if len(waiting) >= BUFFER:
                        await asyncio.to_thread(came.write, bytes(waiting))
                        waiting.clear()
        except TimeoutError as error:
            raise UploadTimeout(self.settings.upload_seconds) from error
        if size == 0:
            raise EmptyFile
        came.write(waiting)
        came.flush()
        came.seek(0)
        return size

    async def _keep(self, owner: str, name: str, found: Checked, made: IO[bytes]) -> Attachment:
        """Store it part by part: messages of others are written in between."""
        told = Attachment(
            id=store.new_id(),
            name=naming.safe(name, found.type),
            type=found.type,
            size=found.content,
            width=found.width,
            height=found.height,
        )
        await self._db.write(lambda tx: store.begin(tx, owner, told, now=self._now()), alone=False)
        kinds: tuple[tuple[Kind, int], ...] = (
            ("content", found.content), ("preview", found.preview),
        )  # fmt: skip
        made.seek(found.starts)
        for kind, size in kinds:
            for number, start in enumerate(range(0, size, store.PART)):
                piece = await asyncio.to_thread(made.read, min(store.PART, size - start))
                part = partial(
                    store.add_part, attachment_id=told.id, kind=kind, number=number, content=piece
                )
                await self._db.write(part, alone=False)
        await self._db.write(lambda tx: store.finish(tx, told.id), alone=False)
        return told
