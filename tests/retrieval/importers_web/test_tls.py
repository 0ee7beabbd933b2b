"""Pinning an address does not weaken what a certificate proves."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from web_server import Answer, Server, names

from retrieval.errors import ImportRefused
from retrieval.importers.fetch import Fetcher

# For help.example.test alone, signed by itself, valid for a century; it protects nothing.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBrTCCAVOgAwIBAgIUYhBNluJ4JdXGqognkQiB+vKE+akwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRaGVscC5leGFtcGxlLnRlc3QwIBcNMjYxMTIyMDYwMTA4WhgP
MjEyNjEwMjkwNjAxMDhaMBwxGjAYBgNVBAMMEWhlbHAuZXhhbXBsZS50ZXN0MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/7l5gEixx7zeJdF8WYb5jZyX93eB5lgE
wr8UDZRKlsak5jhPirps1puYAzKYLXXuU3OdKF/eFLedv1bOV1kOjqNxMG8wHQYD
VR0OBBYEFFfesiI8igpsLjNmfJwORW7KQlv/MB8GA1UdIwQYMBaAFFfesiI8igps
LjNmfJwORW7KQlv/MA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRaGVscC5l
eGFtcGxlLnRlc3QwCgYIKoZIzj0EAwIDSAAwRQIhAJbQMAwrXD51FVgcT8b9kJM8
R3bya8kRoHp3hQaipv1lAiBeOoGgkx7mhoFxiz2DLmMy1lhl2B62A0ykkdo8Ag9u
PA==
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkIqNg5Pvc4MMApJC
HPQSuaR2LgI4EBW0RyVbFcvLHuqhRANCAAT/uXmASLHHvN4l0XxZhvmNnJf3d4Hm
WATCvxQNlEqWxqTmOE+KumzWm5gDMpgtde5Tc50oX94Ut52/Vs5XWQ6O
-----END PRIVATE KEY-----
"""
KNOWN = names({"help.example.test": ["127.0.0.1"], "other.example.test": ["127.0.0.1"]})


@pytest.fixture
def asked_names() -> list[str | None]:
    return []


@pytest.fixture
def secure(tmp_path: Path, asked_names: list[str | None]) -> Iterator[Server]:
    pair = tmp_path / "pair.pem"
    pair.write_text(KEY + CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    context.sni_callback = lambda _, name, __: asked_names.append(name)
    with Server(tls=context) as running:
        running.routes["/"] = Answer("proven")
        yield running


def test_the_certificate_is_checked_against_the_name_not_the_number(
    secure: Server, fetching: Callable[..., Fetcher], asked_names: list[str | None]
) -> None:
    fetcher = fetching(resolve=KNOWN, tls=ssl.create_default_context(cadata=CERTIFICATE))
    found = fetcher.get(f"https://help.example.test:{secure.port}/")
    assert (found.body, asked_names) == (b"proven", ["help.example.test"])
    assert secure.asked[0].headers["host"] == f"help.example.test:{secure.port}"
    with pytest.raises(ImportRefused, match="Hostname mismatch"):
        fetcher.get(f"https://other.example.test:{secure.port}/")


def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: Server, fetching: Callable[..., Fetcher]
) -> None:
    with pytest.raises(ImportRefused, match="certificate verify failed"):
        fetching(resolve=KNOWN).get(f"https://help.example.test:{secure.port}/")
    assert secure.asked == []
