"""The socket that customers and agents reach, and how much may wait on it."""

import errno
import socket

from bot.errors import SetupError

SILENT_MS = 45_000
"""A peer that acknowledges nothing for so long is gone: its sockets must not be held for hours."""
BACKLOG = 2048
"""Connections that may wait to be accepted: after a restart everybody comes at once."""
MAX_FRAME = 65_536
"""Bytes of one frame that a client sends, at most."""


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address; raises SetupError that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise SetupError(
                f"Port {port} is taken by another program. Stop it, or choose another one: "
                f"`handrail serve --port {port + 1}`, or `--port 0` for any free one."
            ) from error
        raise SetupError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; accepted sockets inherit it
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_MS)
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening
