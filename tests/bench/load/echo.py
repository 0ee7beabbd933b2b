"""The floor of every figure: a WebSocket that sends back what it gets, under the same uvicorn.

`python -m tests.bench.load.echo PORT`
"""

import sys

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from bot.serving import BACKLOG, MAX_FRAME


def app() -> FastAPI:
    """One route that echoes text."""
    made = FastAPI()

    @made.websocket("/ws/customer")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            return

    @made.get("/health/live")
    async def live() -> dict[str, bool]:
        return {"ok": True}

    return made


if __name__ == "__main__":
    uvicorn.run(
        app(),
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        backlog=BACKLOG,
        log_level="warning",
    )
