"""What a site's own server does: it signs tokens that say who its customer is."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

SECRET = "a-secret-of-the-site-that-is-long-enough"
AUDIENCE = "handrail"
ISSUER = "https://shop.example.com"
IDENTITY: dict[str, Any] = {"keys": {"k1": SECRET}, "audience": AUDIENCE, "issuer": ISSUER}
"""Settings of a server that believes `token`."""


def claims(now: datetime, **changed: Any) -> dict[str, Any]:
    """Claims of a good token made now; a claim given as None is left out."""
    seconds = int(now.timestamp())
    made = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "jti": uuid4().hex,
        "iat": seconds, "exp": seconds + 300,
    }  # fmt: skip
    return {name: value for name, value in (made | changed).items() if value is not None}


def token(
    now: datetime, *, key: Any = SECRET, alg: str = "HS256", kid: str | None = "k1", **changed: Any
) -> str:
    """A token signed now, with these claims changed."""
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims(now, **changed), key, alg, headers)


@cache
def pair(kind: str) -> tuple[str, str]:
    """Private and public key as PEM: `rsa`, `ec`, `p384`."""
    private: Any
    if kind == "rsa":
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    else:
        private = ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return secret.decode(), public.decode()
