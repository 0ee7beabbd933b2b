"""Who may do what: one place for every transport."""

from typing import Annotated, Literal

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from bot.errors import BotError, Forbidden, NotSignedIn
from bot.parts import Parts
from bot.web import sessions
from bot.web.sessions import Session

COOKIE = "handrail_session"
CSRF_HEADER = "x-handrail-csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CsrfError(BotError):
    """The request does not prove that it comes from our own pages."""

    code = "csrf"


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the application that serves this connection."""
    parts: Parts = connection.app.state.parts
    return parts


async def signed_in(request: Request) -> Session:
    """The session of this request; raises NotSignedIn, CsrfError."""
    parts = parts_of(request)
    secret = request.cookies.get(COOKIE)
    if not secret:
        raise NotSignedIn("You are not signed in.")
    found = sessions.hash_of(secret)
    session = await parts.database.read(lambda tx: sessions.find(tx, found, now=parts.now()))
    request.state.session = session  # for the audit trail, whatever becomes of the request
    if request.method not in SAFE:
        if request.headers.get(CSRF_HEADER) != session.csrf:
            raise CsrfError(f"The header {CSRF_HEADER} is missing or wrong. Reload the page.")
        if not origin_allowed(request, own_only=True):
            raise CsrfError("The request comes from another site.")
    return session


async def admin(session: Annotated[Session, Depends(signed_in)]) -> Session:
    """As `signed_in`, for admins only; raises Forbidden."""
    require(session, "admin")
    return session


def require(session: Session, role: Literal["agent", "admin"]) -> None:
    """Raises Forbidden unless the session's agent has the role; an admin has every role."""
    if role == "admin" and session.agent.role != "admin":
        raise Forbidden("Only an admin may do this.")


def origin_allowed(connection: HTTPConnection, *, own_only: bool = False) -> bool:
    """Whether the page behind this connection may talk to us: exact match, no patterns.

    A client that is no browser sends no Origin; it proves itself by its token alone.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    parts = parts_of(connection)
    own = {parts.settings.web.public_url.rstrip("/"), own_origin(connection)}
    allowed = own if own_only else own | set(parts.settings.web.allowed_origins)
    return origin in allowed - {""}


def own_origin(connection: HTTPConnection) -> str:
    """The origin under which the client reached us."""
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return f"{scheme}://{connection.headers.get('host', '')}"


def address_of(connection: HTTPConnection) -> str:
    """The client's address, as the server trusts it (uvicorn's `--forwarded-allow-ips`)."""
    return connection.client.host if connection.client is not None else "unknown"


SignedIn = Annotated[Session, Depends(signed_in)]
Admin = Annotated[Session, Depends(admin)]
