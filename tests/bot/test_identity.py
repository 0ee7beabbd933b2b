"""Signed tokens: a good one is believed, and nothing else is."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from bot.errors import IdentityExpired, IdentityRefused, SetupError
from bot.identity import Identity
from bot.identity_settings import IdentitySettings
from bot.settings import load
from tests.signing import AUDIENCE, ISSUER, SECRET, claims, pair, token

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
OTHER = "another-secret-that-is-long-enough-too!!"


def _identity(**keys: str) -> Identity:
    named = keys or {"k1": SECRET, "rsa": pair("rsa")[1]}
    settings = IdentitySettings(keys=named, audience=AUDIENCE, issuer=ISSUER)
    return Identity(settings, lambda: NOW)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _by_hand(header: dict[str, Any], body: dict[str, Any], key: bytes | None) -> str:
    """A token as somebody makes it whom no library stops."""
    signed = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(body).encode())}"
    mark = b"" if key is None else hmac.new(key, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_b64(mark)}"


def _good(**changed: Any) -> str:
    return token(NOW, **changed)


def _changed_after_signing() -> str:
    head, _, mark = _good().split(".")
    return f"{head}.{_b64(json.dumps(claims(NOW, sub='u-2')).encode())}.{mark}"


HS = {"alg": "HS256", "typ": "JWT", "kid": "k1"}
BODY = claims(NOW)
FORGED: dict[str, Callable[[], str]] = {
    "alg none": lambda: _by_hand(HS | {"alg": "none"}, BODY, None),
    "alg None": lambda: _by_hand(HS | {"alg": "None"}, BODY, None),
    "alg empty": lambda: _by_hand(HS | {"alg": ""}, BODY, None),
    "alg none with a signature": lambda: _by_hand(HS | {"alg": "none"}, BODY, SECRET.encode()),
    "no signature": lambda: _good().rsplit(".", 1)[0] + ".",
    "two parts": lambda: _good().rsplit(".", 1)[0],
    "the RSA public key as a secret": lambda: _by_hand(
        HS | {"kid": "rsa"}, BODY, pair("rsa")[1].encode()
    ),
    "the secret's kid with RS256": lambda: _good(key=pair("rsa")[0], alg="RS256", kid="k1"),
    "HS512 with the right secret": lambda: jwt.encode(BODY, SECRET * 2, "HS512", {"kid": "k1"}),
    "PS256 with the right RSA key": lambda: _good(key=pair("rsa")[0], alg="PS256", kid="rsa"),
    "ES256 under the RSA key's name": lambda: _good(key=pair("ec")[0], alg="ES256", kid="rsa"),
    "another secret": lambda: _good(key=OTHER),
    "empty secret": lambda: _by_hand(HS, BODY, b""),
    "another kid": lambda: _good(kid="k9"),
    "no kid": lambda: _good(kid=None),
    "kid is a list": lambda: _by_hand(HS | {"kid": ["k1"]}, BODY, SECRET.encode()),
    "kid is a path": lambda: _by_hand(HS | {"kid": "../../dev/null"}, BODY, b""),
    "its own key in the header": lambda: _by_hand(
        HS | {"kid": "mine", "jwk": {"kty": "oct", "k": _b64(OTHER.encode())}}, BODY, OTHER.encode()
    ),
    "its key's address in the header": lambda: _by_hand(
        HS | {"kid": "mine", "jku": "http://127.0.0.1/keys"}, BODY, OTHER.encode()
    ),
    "an extension that must be understood": lambda: _by_hand(
        HS | {"crit": ["own"], "own": 1}, BODY, SECRET.encode()
    ),
    "changed after signing": _changed_after_signing,
    "expired": lambda: _good(iat=SECONDS - 700, exp=SECONDS - 61),
    "lives too long": lambda: _good(exp=SECONDS + 901),
    "never ends": lambda: _good(exp=None),
    "ends in a year": lambda: _good(exp=SECONDS + 365 * 86_400),
    "ends before it begins": lambda: _good(iat=SECONDS + 30, exp=SECONDS + 20),
    "from the future": lambda: _good(iat=SECONDS + 61, exp=SECONDS + 300),
    "not valid yet": lambda: _good(nbf=SECONDS + 61),
    "no iat": lambda: _good(iat=None),
    "exp is a text": lambda: _good(exp=str(SECONDS + 300)),
    "exp is true": lambda: _by_hand(HS, BODY | {"exp": True}, SECRET.encode()),
    "exp is no number": lambda: _by_hand(HS, BODY | {"exp": float("nan")}, SECRET.encode()),
    "exp is infinite": lambda: _by_hand(HS, BODY | {"exp": float("inf")}, SECRET.encode()),
    "another audience": lambda: _good(aud="billing"),
    "no audience": lambda: _good(aud=None),
    "two audiences": lambda: _good(aud=[AUDIENCE, "billing"]),
    "another issuer": lambda: _good(iss="https://evil.example"),
    "no issuer": lambda: _good(iss=None),
    "no subject": lambda: _good(sub=None),
    "empty subject": lambda: _good(sub="  "),
    "subject is a number": lambda: _by_hand(HS, BODY | {"sub": 7}, SECRET.encode()),
    "subject is too long": lambda: _good(sub="x" * 201),
    "no id of its own": lambda: _good(jti=None),
    "too large": lambda: _good(note="x" * 9000),
    "name on two lines": lambda: _good(name="Ann\nAdmin"),
    "name that turns the text round": lambda: _good(name="Ann \u202e nimda"),
    "no address": lambda: _good(email="ann"),
    "attributes are a list": lambda: _good(attributes=["gold"]),
    "too many attributes": lambda: _good(attributes={f"a{n}": n for n in range(21)}),
    "an attribute within another": lambda: _good(attributes={"plan": {"name": "gold"}}),
    "an attribute without a value": lambda: _good(attributes={"plan": None}),
    "not a token": lambda: "\x00\ud83d",
    "nothing": lambda: "...",
}


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED.keys())
def test_what_the_site_did_not_sign_as_agreed_is_refused(make: Callable[[], str]) -> None:
    with pytest.raises(IdentityRefused) as refused:
        _identity().read(make())
    said = str(refused.value)
    assert len(said) > 10
    assert SECRET not in said
    assert "PUBLIC KEY" not in said


def test_what_the_site_vouches_for_is_told() -> None:
    attributes = {"plan": "Gold", "orders": 12, "spent": 99.5, "beta": True}
    told = _identity().read(
        _good(sub=" u-7 ", name=" 陈 小姐 ", email="chen@example.com", attributes=attributes)
    )
    assert (told.subject, told.name, told.email) == (" u-7 ", "陈 小姐", "chen@example.com")
    assert told.attributes == attributes
    assert told.expires_at - told.issued_at == timedelta(minutes=5)
    assert _identity().read(_good()).attributes is None


@pytest.mark.parametrize("changed", [
    {"iat": SECONDS - 900, "exp": SECONDS},
    {"iat": SECONDS - 500, "exp": SECONDS - 59},
    {"iat": SECONDS + 59},
    {"nbf": SECONDS + 59},
    {"iat": SECONDS + 0.5, "exp": SECONDS + 900.5},
])  # fmt: skip
def test_clocks_may_differ_by_a_minute(changed: dict[str, Any]) -> None:
    assert _identity().read(_good(**changed)).subject == "u-1"


def test_a_token_that_was_right_once_says_so() -> None:
    with pytest.raises(IdentityExpired):
        _identity().read(_good(iat=SECONDS - 700, exp=SECONDS - 60))


def test_two_keys_of_any_kind_hold_at_once() -> None:
    rsa, curve = pair("rsa"), pair("ec")
    both = _identity(old=rsa[1], new=curve[1])
    assert both.read(_good(key=rsa[0], alg="RS256", kid="old")).subject == "u-1"
    assert both.read(_good(key=curve[0], alg="ES256", kid="new")).subject == "u-1"
    with pytest.raises(IdentityRefused):
        both.read(_good())


def test_without_keys_nothing_is_believed() -> None:
    with pytest.raises(IdentityRefused, match=r"identity\.keys"):
        Identity(IdentitySettings(), lambda: NOW).read(_good())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"keys": {"a": "short"}}, "'a' is shorter than 32 bytes"),
        ({"keys": {"a": pair("ec")[0]}}, "private key"),
        ({"keys": {"a": pair("p384")[1]}}, "P-256"),
        ({"keys": {"a": "-----BEGIN PUBLIC KEY-----\nx"}}, "no public key as PEM"),
        ({"keys": dict.fromkeys("abc", SECRET)}, "at most 2"),
        ({"keys": {"a": SECRET}, "issuer": ""}, r"identity\.issuer"),
        ({"required": True}, "refuse everybody"),
    ],
)
def test_settings_that_cannot_work_stop_the_start(given: dict[str, Any], says: str) -> None:
    named = {"audience": AUDIENCE, "issuer": ISSUER} | given
    with pytest.raises(SetupError, match=says) as wrong:
        load(identity=named)
    assert SECRET not in str(wrong.value)
