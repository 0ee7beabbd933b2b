"""What a channel is: a door customers come through."""

from typing import Protocol

from fastapi import APIRouter


class Channel(Protocol):
    """A router inwards; outwards every channel follows the log by position."""

    name: str

    @property
    def router(self) -> APIRouter:
        """The routes customers reach it by."""
