"""Signed tokens: a site's own server says who its customer is, and we believe nothing else."""

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, NoReturn

from bot.errors import IdentityExpired, IdentityRefused
from bot.identity_settings import IdentitySettings, algorithm

LONGEST_LIFE = timedelta(minutes=15)
LEEWAY = timedelta(seconds=60)
"""Two servers' clocks may differ by so much."""
LONGEST = 8192
"""Characters of a token."""
MOST_ATTRIBUTES = 20
LONGEST_NAME = 60
LONGEST_VALUE = 200
_REQUIRED = ["exp", "iat", "aud", "iss", "sub", "jti"]
_LARGEST = 2.0**53
"""Beyond it a number is not the same in every language."""

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Claims:
    """What a site vouches for; None and no attributes where the token says nothing of them."""

    subject: str
    token: str
    """The token's own id: whoever knows it may still not use it on another device."""
    issued_at: datetime
    expires_at: datetime
    name: str | None = None
    email: str | None = None
    attributes: dict[str, Value] | None = None


class Identity:
    """Reads tokens by the keys of the settings."""

    def __init__(self, settings: IdentitySettings, now: Callable[[], datetime]) -> None:
        self._keys = {name: key.get_secret_value() for name, key in settings.keys.items()}
        self._algorithms = {name: algorithm(name, key) for name, key in self._keys.items()}
        self._settings = settings
        self._now = now
        if self._keys:
            import_module("jwt")  # loads slowly: no customer should wait for it

    @property
    def required(self) -> bool:
        """Whether only identified customers may write."""
        return self._settings.required

    @property
    def lasts(self) -> timedelta:
        """How long a page need not identify its customer again."""
        return self._settings.session

    def read(self, token: str) -> Claims:
        """What the token vouches for; raises IdentityExpired, IdentityRefused with what is wrong.

        The messages are for the site's developers: they name the claim, never a key.
        """
        if not self._keys:
            _refuse("This server knows no keys: set identity.keys.")
        if len(token) > LONGEST:
            _refuse(f"The token has {len(token)} characters; {LONGEST} are allowed.")
        found = self._verified(token)
        issued, expires = self._times(found)
        return Claims(
            subject=_text(found, "sub", LONGEST_VALUE, needed=True) or "",
            token=_text(found, "jti", LONGEST_VALUE, needed=True) or "",
            issued_at=issued,
            expires_at=expires,
            name=_text(found, "name", LONGEST_VALUE),
            email=_email(found),
            attributes=_attributes(found.get("attributes")),
        )

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token whose signature, audience and issuer are right."""
        import jwt  # loads slowly, and most servers have no keys

        try:
            kid = jwt.get_unverified_header(token).get("kid")
            if not isinstance(kid, str) or kid not in self._keys:
                _refuse('The token\'s header must name one of identity.keys as "kid".')
            found: dict[str, Any] = jwt.decode(
                token,
                self._keys[kid],
                # From the kind of the key alone: what the token says of itself decides nothing.
                algorithms=[self._algorithms[kid]],
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                # Instants are compared by `_times`, with the server's own clock.
                options={
                    "require": _REQUIRED, "strict_aud": True,
                    "verify_exp": False, "verify_iat": False, "verify_nbf": False,
                },
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            _refuse(_REASONS.get(type(error).__name__, "{}").format(error) or "It is no token.")
        return found

    def _times(self, found: dict[str, Any]) -> tuple[datetime, datetime]:
        issued, expires = _instant(found, "iat"), _instant(found, "exp")
        now = self._now()
        if expires - issued > LONGEST_LIFE:
            _refuse('"exp" must be at most 15 minutes after "iat".')
        if expires <= issued:
            _refuse('"exp" must be after "iat".')
        if issued > now + LEEWAY:
            _refuse('"iat" lies in the future: set the clock of the server that signs.')
        if "nbf" in found and _instant(found, "nbf") > now + LEEWAY:
            _refuse('"nbf" lies in the future.')
        if expires <= now - LEEWAY:
            raise IdentityExpired("The token has expired: make a new one whenever a page asks.")
        return issued, expires


_REASONS = {
    "InvalidSignatureError": "The signature does not fit the key that the token names.",
    "InvalidAlgorithmError": '"alg" does not fit the kind of the key that the token names.',
    "InvalidAudienceError": '"aud" must be the text of identity.audience, and nothing beside it.',
    "InvalidIssuerError": '"iss" must be the text of identity.issuer.',
    "MissingRequiredClaimError": "{}.",
    "DecodeError": "It is no token: {}.",
}


def _refuse(why: str) -> NoReturn:
    raise IdentityRefused(why)


def _instant(found: dict[str, Any], claim: str) -> datetime:
    seconds = found.get(claim)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        _refuse(f'"{claim}" must be a number of seconds.')
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        _refuse(f'"{claim}" is no instant.')


def _text(found: dict[str, Any], claim: str, longest: int, *, needed: bool = False) -> str | None:
    value = found.get(claim)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or len(value) > longest or not _plain(value):
        _refuse(f'"{claim}" must be a text of 1 to {longest} characters on one line.')
    return value if needed else value.strip()


def _plain(text: str) -> bool:
    """Whether it can be shown on one line as it is: nothing invisible that changes the rest."""
    kinds = {unicodedata.category(character) for character in text}
    hidden = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} & kinds
    turned = any("\u202a" <= one <= "\u202e" or "\u2066" <= one <= "\u2069" for one in text)
    return bool(text.strip()) and not hidden and not turned


def _email(found: dict[str, Any]) -> str | None:
    value = _text(found, "email", 254)
    if value is not None and (value.count("@") != 1 or value.strip("@") != value or " " in value):
        _refuse('"email" must be an e-mail address.')
    return value


def _attributes(given: Any) -> dict[str, Value] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or len(given) > MOST_ATTRIBUTES:
        _refuse(f'"attributes" must be an object of at most {MOST_ATTRIBUTES} members.')
    for name, value in given.items():
        if len(name) > LONGEST_NAME or not _plain(name):
            _refuse(f'A name in "attributes" must have 1 to {LONGEST_NAME} characters.')
        if not _valuable(value):
            _refuse(
                f'"attributes.{name}" must be true, false, a number, or a text of 1 to '
                f"{LONGEST_VALUE} characters on one line."
            )
    return dict(given)


def _valuable(value: Any) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= _LARGEST
    return isinstance(value, str) and len(value) <= LONGEST_VALUE and _plain(value)
