"""Whom a site's own server may vouch for: the keys it signs with, and what its tokens must say."""

from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

LEAST_SECRET = 32
"""Bytes of a secret: a shorter one can be found by trying."""
LEAST_RSA = 2048
MOST_KEYS = 2


class IdentitySettings(BaseModel):
    """Customers whom your own site vouches for, by tokens that it signs."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    keys: dict[str, SecretStr] = Field(default_factory=dict, max_length=MOST_KEYS)
    """Name of a key (the token's `kid`) → a secret of at least 32 bytes (HS256), or a public key
    as PEM (RSA: RS256, P-256: ES256). Two at most, so that one can take over from the other."""
    audience: str = Field("", max_length=200)
    """What `aud` of a token must be: a name for this server, such as `handrail`."""
    issuer: str = Field("", max_length=200)
    """What `iss` of a token must be: a name for your site, such as `https://www.example.com`."""
    required: bool = False
    """Only identified customers may write; everybody else can still read the help centre."""
    session: timedelta = Field(timedelta(hours=12), gt=timedelta(0), le=timedelta(days=7))
    """A page that has identified its customer need not do so again for this long."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Wrong here is wrong for every customer, so it is said at the start."""
        if self.keys and not (self.audience.strip() and self.issuer.strip()):
            raise ValueError("with identity.keys, identity.audience and identity.issuer are needed")
        if self.required and not self.keys:
            raise ValueError("identity.required without identity.keys would refuse everybody")
        for name, key in self.keys.items():
            if not 1 <= len(name) <= 100:
                raise ValueError("the name of a key has 1 to 100 characters")
            algorithm(name, key.get_secret_value())
        return self


def algorithm(name: str, key: str) -> str:
    """The only algorithm that tokens of this key may have; raises ValueError for a bad key."""
    if "-----BEGIN" not in key:
        if len(key.encode()) < LEAST_SECRET:
            raise ValueError(f"the secret {name!r} is shorter than {LEAST_SECRET} bytes")
        return "HS256"
    if "PRIVATE KEY-----" in key:
        raise ValueError(f"{name!r} is a private key: it stays on your site, give the public one")
    return _public(name, key)


def _public(name: str, key: str) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm  # loads slowly; most use no PEM
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        found = load_pem_public_key(key.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{name!r} is no public key as PEM") from error
    if isinstance(found, RSAPublicKey) and found.key_size >= LEAST_RSA:
        return "RS256"
    if isinstance(found, EllipticCurvePublicKey) and isinstance(found.curve, SECP256R1):
        return "ES256"
    raise ValueError(f"{name!r} must be an RSA key of at least {LEAST_RSA} bits, or one on P-256")
