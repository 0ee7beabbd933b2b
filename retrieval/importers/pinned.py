"""Connections to exactly the address that was checked, which end when their time is up."""

import ssl
import time
from collections.abc import Callable, Iterable

import httpcore

from retrieval.importers.addresses import Network, NotAdmitted, Resolver, admitted


class Deadline:
    """When the current request must be over, for every socket operation below it."""

    def __init__(self, silence: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._silence = silence
        self._at = float("inf")

    def start(self, seconds: float) -> None:
        """Give the request that begins now this many seconds."""
        self._at = self._clock() + seconds

    @property
    def left(self) -> float:
        """Seconds; not above zero once it passed."""
        return self._at - self._clock()

    @property
    def passed(self) -> bool:
        return self.left <= 0

    def cap(self, timeout: float | None) -> float:
        """Return the seconds that one operation may wait; raises when none is left.

        Without this a server that sends one byte now and then would never be late.
        """
        left = self.left
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this page is up")
        return min(left, self._silence if timeout is None else timeout)


class PinnedBackend(httpcore.NetworkBackend):
    """Looks a name up once, checks every address, and connects to the checked number itself.

    There is no second look-up that could be answered otherwise (DNS rebinding). The request's
    Host header and the certificate's name stay those of the name.
    """

    def __init__(
        self,
        *,
        resolve: Resolver,
        allow: frozenset[Network],
        ports: frozenset[int],
        deadline: Deadline,
    ) -> None:
        self._resolve = resolve
        self._allow = allow
        self._ports = ports
        self._deadline = deadline
        self._under = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = admitted(
                host, port, resolve=self._resolve, allow=self._allow, ports=self._ports
            )
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known ({error})") from error
        failed: Exception = NotAdmitted(f"the name {host} has no address")
        for address in addresses:
            try:
                stream = self._under.connect_tcp(
                    address, port, self._deadline.cap(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failed

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Refuse: no address of the web is a file of this machine."""
        raise NotAdmitted(f"{path} is a socket of this server")


class _TimedStream(httpcore.NetworkStream):
    """Every read and write ends by the request's deadline, however slowly bytes drip."""

    def __init__(self, under: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._under = under
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._under.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._under.write(buffer, self._deadline.cap(timeout))

    def close(self) -> None:
        self._under.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        capped = self._deadline.cap(timeout)
        return _TimedStream(
            self._under.start_tls(ssl_context, server_hostname, capped), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._under.get_extra_info(info)
