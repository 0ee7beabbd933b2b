"""What staff do over HTTP goes into the audit trail, what an endpoint forgets to tell, too."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from sqlalchemy.engine import Connection as Tx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import audit
from bot.audit import Actor, Facts
from bot.parts import Parts
from bot.storage.engine import Transactions
from bot.web.auth import SAFE, Admin, SignedIn, parts_of
from bot.web.sessions import Session

T = TypeVar("T")

WATCHED = "/api/admin/"
_ASKED = ("rules/trial", "hours/preview", "handover/trial")
READING = frozenset(f"{WATCHED}{place}" for place in _ASKED)
"""Addresses that are asked with a body and change nothing."""
FORBIDDEN = 403


def actor(session: Session) -> Actor:
    """The person of a session, as the trail names one."""
    return Actor(session.agent.role, session.agent.name, session.agent.id)


class Trail:
    """Notes what one request does, in the transaction that does it."""

    def __init__(self, request: Request, session: Session) -> None:
        self.by = actor(session)
        self._request = request

    def __call__(
        self,
        tx: Tx,
        action: str,
        subject: str = "",
        *,
        before: Facts | None = None,
        after: Facts | None = None,
    ) -> None:
        """Add a line; see `audit.record`."""
        now = parts_of(self._request).now()
        audit.record(tx, self.by, action, subject, now=now, before=before, after=after)
        self._request.state.noted = True

    def unchanged(self) -> None:
        """The request was served and changed nothing: that leaves no line."""
        self._request.state.noted = True

    def beside(self, action: str, subject: str = "", **facts: Facts) -> "Beside":
        """The database for code that writes by itself: its first write carries the line, too."""

        def note(tx: Tx) -> None:
            self(tx, action, subject, **facts)

        return Beside(parts_of(self._request).database.sync, note)


class Beside:
    """Transactions of which the first write also does something else, in the same one."""

    def __init__(self, store: Transactions, also: Callable[[Tx], None]) -> None:
        self._store = store
        self._also: Callable[[Tx], None] | None = also

    def read(self, work: Callable[[Tx], T]) -> T:
        """As the store's own."""
        return self._store.read(work)

    def write(self, work: Callable[[Tx], T]) -> T:
        """As the store's own; what comes with the first one is stored with it, or not at all."""
        also, self._also = self._also, None
        if also is None:
            return self._store.write(work)

        def both(tx: Tx) -> T:
            done = work(tx)
            also(tx)
            return done

        return self._store.write(both)


async def admin_trail(request: Request, session: Admin) -> Trail:
    """As `auth.admin`, for endpoints that change something."""
    return Trail(request, session)


async def staff_trail(request: Request, session: SignedIn) -> Trail:
    """As `auth.signed_in`, for what agents may change, too."""
    return Trail(request, session)


Noting = Annotated[Trail, Depends(admin_trail)]
StaffNoting = Annotated[Trail, Depends(staff_trail)]


class Watch:
    """ASGI middleware: nothing that staff do under `/api/admin` is without a line in the trail.

    An answer leaves only when its line is stored. Who is not signed in leaves none: strangers must
    not be able to fill the trail.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; note what was refused, and what was done without a word."""
        if scope["type"] != "http" or not scope["path"].startswith(WATCHED):
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _tell(scope, message["status"])
            await send(message)

        await self._app(scope, receive, watched)


async def _tell(scope: Scope, status: int) -> None:
    session: Session | None = scope["state"].get("session")
    if session is None:
        return
    method, path = scope["method"], scope["path"]
    if status == FORBIDDEN:
        action = "access.refused"
    elif method in SAFE or status >= 400 or scope["state"].get("noted") or path in READING:
        return
    else:
        action = "admin.request"
    parts: Parts = scope["app"].state.parts
    by, subject = actor(session), f"{method} {path}"
    await parts.database.write(lambda tx: audit.record(tx, by, action, subject, now=parts.now()))
