"""A real HTTP server on a free port that answers what a test tells it, and remembers who asked."""

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any, Self

from retrieval.importers.addresses import Resolver, system_resolver


@dataclass
class Answer:
    """What one path answers; `chunks` are sent one by one until the client has had enough."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = "text/html; charset=utf-8"
    chunks: Callable[[threading.Event], Iterable[bytes]] | None = None


Route = Answer | Callable[["Request"], Answer]


@dataclass(frozen=True)
class Request:
    """One request as it arrived: the path with its query, and the headers in lower case."""

    path: str
    headers: dict[str, str]


class _Http(ThreadingHTTPServer):
    """Says nothing of clients that hang up or do not like a certificate; tests see that there."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Server:
    """Answers by `routes`; anything else is 404. `asked` are the requests in order."""

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.routes: dict[str, Route] = {}
        self.fallback: Route = Answer("<h1>Not here</h1>", status=404)
        self.asked: list[Request] = []
        self.at_once = 0
        self._now = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._http = _Http((host, 0), self._handler())
        if tls is not None:
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = int(self._http.server_address[1])
        self.host = host
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def pages(self) -> list[str]:
        """Paths asked for, robots.txt left out."""
        return [path for path in self.paths if path != "/robots.txt"]

    def answer(self, request: Request) -> Answer:
        route = self.routes.get(request.path) or self.routes.get(request.path.partition("?")[0])
        found = self.fallback if route is None else route
        return found(request) if callable(found) else found

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                request = Request(self.path, {k.lower(): v for k, v in self.headers.items()})
                with outer._lock:
                    outer.asked.append(request)
                    outer._now += 1
                    outer.at_once = max(outer.at_once, outer._now)
                try:
                    answer = outer.answer(request)
                finally:
                    with outer._lock:  # before the client has it all, and may ask again
                        outer._now -= 1
                try:
                    self._send(answer)
                except OSError:
                    self.close_connection = True  # the client had enough, as it should

            def _send(self, answer: Answer) -> None:
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                self.send_response(answer.status)
                if answer.kind is not None:
                    self.send_header("Content-Type", answer.kind)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.chunks is None:
                    if "Content-Length" not in answer.headers:
                        self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                    return
                self.close_connection = True
                self.end_headers()
                for chunk in answer.chunks(outer._over):
                    self.wfile.write(chunk)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Keep the test's output clean."""

        return Handler


def dripping(over: threading.Event) -> Iterable[bytes]:
    """Yield a byte now and then, for ever."""
    while not over.wait(0.02):
        yield b" "


def endless(over: threading.Event) -> Iterable[bytes]:
    """Yield as much as the client takes, for ever."""
    while not over.is_set():
        yield b"<p>More and more of the same.</p>" * 2000


def names(known: Mapping[str, Sequence[str]]) -> Resolver:
    """Return a resolver for `known` names and numbers; it never asks a name server."""

    def resolve(host: str, port: int) -> Sequence[str]:
        if host in known:
            return known[host]
        if is_number(host):
            return system_resolver(host, port)
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not known")

    return resolve


def is_number(host: str) -> bool:
    """Whether the system reads `host` as an address without asking anybody, in any notation."""
    try:
        ip_address(host)
    except ValueError:
        try:
            socket.inet_aton(host)
        except OSError:
            return False
    return True


def page(title: str, text: str = "", *, head: str = "", links: Iterable[str] = ()) -> str:
    """Return a help page; the links stand in its navigation."""
    shown = text or f"This page tells customers all there is to know about {title}, in short."
    linked = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>'
        f"<nav><ul>{linked}</ul></nav><main><h1>{title}</h1><p>{shown}</p></main></body></html>"
    )


class Raw:
    """Sends the same bytes to everybody who asks anything, then hangs up."""

    def __init__(self, answer: bytes = b"") -> None:
        self._answer = answer
        self._over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._serve)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(65_536)
                    self._send(connection)
                    connection.shutdown(socket.SHUT_WR)
                except OSError:
                    continue

    def _send(self, connection: socket.socket) -> None:
        connection.sendall(self._answer)


class Dripping(Raw):
    """Sends one header after the other, a letter at a time, for ever."""

    def _send(self, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for letter in dripping(self._over):
            connection.sendall(letter)
