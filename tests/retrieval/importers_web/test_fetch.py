"""What a hostile server can do to whoever reads it, and what becomes of it."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import pytest
from web_server import Answer, Dripping, Raw, Request, Server, dripping, endless, names

from retrieval.errors import ImportRefused
from retrieval.importers.addresses import system_resolver
from retrieval.importers.fetch import AGENT, Fetcher, FetchLimits, TooLarge, unzipped, web_address

HTML = frozenset({"text/html"})
Fetching = Callable[..., Fetcher]


def test_an_answer_comes_with_its_headers_and_we_say_who_we_are(
    server: Server, fetcher: Fetcher
) -> None:
    server.routes["/a"] = Answer("Hello", headers={"ETag": '"1"', "X-Twice": "a"})
    found = fetcher.get(f"{server.url}/a#part", accept=HTML)
    assert (found.status, found.body, found.headers["etag"]) == (200, b"Hello", '"1"')
    assert (found.url, found.media_type, found.charset) == (
        f"{server.url}/a", "text/html", "utf-8",
    )  # fmt: skip
    sent = server.asked[0].headers
    assert sent["user-agent"] == AGENT
    assert AGENT.startswith("Handrail/")
    assert sent["host"] == f"127.0.0.1:{server.port}"
    assert "cookie" not in sent


def test_a_redirect_is_followed_and_relative_ones_too(server: Server, fetcher: Fetcher) -> None:
    server.routes["/old/"] = Answer(status=301, headers={"Location": "../new?x=1"})
    server.routes["/new"] = Answer("here")
    assert fetcher.get(f"{server.url}/old/").url == f"{server.url}/new?x=1"


PRIVATE = {
    "itself by another number": "http://127.0.0.2:{port}/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "IPv6 loopback": "http://[::1]:{port}/",
    "decimal": "http://2130706434:{port}/",
    "hexadecimal": "http://0x7f000002:{port}/",
    "octal": "http://0177.0.0.2:{port}/",
    "short": "http://127.2:{port}/",
    "unspecified": "http://0.0.0.0:{port}/",
    "unspecified in IPv6": "http://[::]:{port}/",
    "IPv4-mapped": "http://[::ffff:127.0.0.2]:{port}/",
    "NAT64": "http://[64:ff9b::7f00:2]:{port}/",
    "6to4": "http://[2002:7f00:2::]:{port}/",
    "a private network": "http://10.0.0.1/",
    "a name that points inside": "http://inside.example.test:{port}/",
    "a name that points to metadata": "http://metadata.example.test/",
    "no scheme of its own": "//127.0.0.2:{port}/",
}


@pytest.mark.parametrize("target", PRIVATE.values(), ids=PRIVATE.keys())
def test_a_redirect_into_a_private_network_is_refused_before_a_byte_is_sent(
    server: Server, secret: Server, fetching: Fetching, target: str
) -> None:
    where = target.format(port=secret.port)
    server.routes["/"] = Answer(status=302, headers={"Location": where})
    inside = {"inside.example.test": ["127.0.0.2"], "metadata.example.test": ["169.254.169.254"]}
    with pytest.raises(ImportRefused, match=r"Only public addresses are read|is no web address"):
        fetching(resolve=names(inside)).get(f"{server.url}/")
    assert secret.asked == []


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://127.0.0.2/", "gopher://127.0.0.2:70/_x", "javascript:alert(1)",
     "data:text/html,x", "http://user:secret@127.0.0.1/", "http://a:99999/"],
)  # fmt: skip
def test_a_redirect_to_what_is_no_web_address_is_refused(
    server: Server, fetcher: Fetcher, target: str
) -> None:
    server.routes["/"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(ImportRefused) as refused:
        fetcher.get(f"{server.url}/")
    assert "secret" not in str(refused.value)
    assert server.paths == ["/"]


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(
    server: Server, fetching: Fetching
) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    with Server(host="127.0.0.2") as inside:
        fetcher = fetching(resolve=rebinding)
        server.routes["/"] = Answer("outside", headers={"Connection": "close"})
        url = f"http://help.example.test:{server.port}/"
        assert fetcher.get(url).body == b"outside"
        assert asked == ["help.example.test"]
        assert server.asked[0].headers["host"] == f"help.example.test:{server.port}"
        with pytest.raises(ImportRefused, match=r"help\.example\.test is 127\.0\.0\.2"):
            fetcher.get(f"http://help.example.test:{inside.port}/")
        assert inside.asked == []


def test_nothing_private_is_reached_without_being_opened(server: Server) -> None:
    with Fetcher() as fetcher, pytest.raises(ImportRefused, match="this server itself"):
        fetcher.get(f"{server.url}/")
    assert server.asked == []


def test_a_proxy_of_the_environment_is_not_used(
    server: Server, secret: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, secret.url)
    server.routes["/"] = Answer("direct")
    assert fetcher.get(f"{server.url}/").body == b"direct"
    assert secret.asked == []


def test_redirects_end(server: Server, fetcher: Fetcher) -> None:
    server.routes["/loop"] = Answer(status=302, headers={"Location": "/loop"})
    with pytest.raises(ImportRefused, match="more than 5 times"):
        fetcher.get(f"{server.url}/loop")
    assert len(server.asked) == 6


def test_every_hop_asks_for_leave(server: Server, fetcher: Fetcher) -> None:
    server.routes["/a"] = Answer(status=302, headers={"Location": "/b"})

    def admit(url: str) -> None:
        if url.endswith("/b"):
            raise ImportRefused(url, None, "no.")

    with pytest.raises(ImportRefused, match="no"):
        fetcher.get(f"{server.url}/a", admit=admit)
    assert server.paths == ["/a"]


def test_secrets_stay_with_the_server_they_are_for(server: Server, fetcher: Fetcher) -> None:
    with Server() as other:
        other.routes["/"] = Answer("x")
        server.routes["/"] = Answer(status=307, headers={"Location": f"{other.url}/"})
        fetcher.get(f"{server.url}/", headers={"Authorization": "Bearer t"})
        assert server.asked[0].headers["authorization"] == "Bearer t"
        assert "authorization" not in other.asked[0].headers


def test_an_endless_body_is_cut_off(server: Server, fetching: Fetching) -> None:
    server.routes["/"] = Answer(chunks=endless)
    with pytest.raises(ImportRefused, match="larger than 1 MB"):
        fetching(limits=FetchLimits(size=1_000_000)).get(f"{server.url}/")


def test_a_declared_size_over_the_limit_is_not_even_read(server: Server, fetcher: Fetcher) -> None:
    server.routes["/"] = Answer(headers={"Content-Length": "10000001"})
    with pytest.raises(ImportRefused, match="larger than 10 MB"):
        fetcher.get(f"{server.url}/")


@pytest.mark.parametrize("where", ["body", "headers", "chunked"])
def test_a_slow_drip_ends_when_the_time_is_up(
    server: Server, fetching: Fetching, where: str
) -> None:
    if where == "body":
        server.routes["/"] = Answer(chunks=dripping)
    elif where == "chunked":
        server.routes["/"] = Answer(
            headers={"Transfer-Encoding": "chunked"},
            chunks=lambda over: (b"1\r\nx\r\n" for _ in dripping(over)),
        )
    limits = FetchLimits(time=timedelta(seconds=0.5), silence=timedelta(seconds=60))
    with Dripping() as raw:
        url = raw.url if where == "headers" else server.url
        fetcher, begun = fetching(limits=limits), time.monotonic()
        with pytest.raises(ImportRefused, match=r"took longer than 0\.5 s"):
            fetcher.get(f"{url}/")
    assert time.monotonic() - begun < 30, "the limit of silence would have been 60 s"


def test_silence_ends_too(server: Server, fetching: Fetching) -> None:
    server.routes["/"] = Answer(chunks=lambda over: (b"" for _ in [over.wait(60)]))
    limits = FetchLimits(silence=timedelta(seconds=0.3))
    with pytest.raises(ImportRefused, match=r"did not answer for 0\.3 s"):
        fetching(limits=limits).get(f"{server.url}/")


def test_waiting_for_leave_does_not_count(server: Server, fetching: Fetching) -> None:
    server.routes["/"] = Answer("here")
    now = [0.0]

    def admit(url: str) -> None:
        now[0] += 3600

    fetcher = fetching(clock=lambda: now[0], limits=FetchLimits(time=timedelta(seconds=30)))
    assert fetcher.get(f"{server.url}/", admit=admit).body == b"here"


def test_gzip_is_unpacked(server: Server, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    server.routes["/"] = Answer(packed, headers={"Content-Encoding": "gzip"})
    assert fetcher.get(f"{server.url}/").body == b"one two"
    assert server.asked[0].headers["accept-encoding"] == "gzip"


def bomb(size: int) -> bytes:
    """`size` zero bytes, packed a thousand to one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    block = bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()


BAD_PACKING = {
    "a bomb": (bomb(60_000_000), "gzip", "larger than 10 MB"),
    "no gzip": (b"plain text", "gzip", "damaged gzip"),
    "half of it": (gzip.compress(bytes(range(256)) * 99)[:-20], "gzip", "ends in the middle"),
    "packed twice": (gzip.compress(bomb(9_000_000)), "gzip, gzip", "only gzip was asked for"),
    "brotli": (b"\x0b\x02\x80", "br", "only gzip was asked for"),
    "a thousand members": (gzip.compress(b"") * 1000, "gzip", "more than 100 parts"),
}


@pytest.mark.parametrize(("body", "encoding", "why"), BAD_PACKING.values(), ids=BAD_PACKING.keys())
def test_bad_packing_is_refused(
    server: Server, fetcher: Fetcher, body: bytes, encoding: str, why: str
) -> None:
    server.routes["/"] = Answer(body, headers={"Content-Encoding": encoding})
    with pytest.raises(ImportRefused, match=why):
        fetcher.get(f"{server.url}/")


def test_a_bomb_is_cut_where_it_passes_the_limit() -> None:
    taken: list[int] = []

    def blocks() -> Iterable[bytes]:
        packed = bomb(50_000_000)
        for at in range(0, len(packed), 500):
            taken.append(at)
            yield packed[at : at + 500]

    with pytest.raises(TooLarge):
        unzipped(blocks(), 2_000_000)
    assert len(taken) < 10, "the rest of the bomb was unpacked too"


def test_another_kind_of_content_is_refused(server: Server, fetcher: Fetcher) -> None:
    server.routes["/"] = Answer(b"\x89PNG", kind="image/png")
    with pytest.raises(ImportRefused, match="is image/png, not text/html"):
        fetcher.get(f"{server.url}/", accept=HTML)
    server.routes["/"] = Answer("no type at all", kind=None)
    assert fetcher.get(f"{server.url}/", accept=HTML).body == b"no type at all"


def test_a_broken_answer_is_an_error_that_names_the_address(fetching: Fetching) -> None:
    for raw in (b"", b"\x00\x01\x02\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
                b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 30_000 + b"\r\n"):  # fmt: skip
        with Raw(raw) as broken, pytest.raises(ImportRefused, match="cannot be read") as refused:
            fetching().get(f"{broken.url}/")
        assert refused.value.name == f"{broken.url}/"


def test_nobody_there_and_unknown_names_are_errors(fetcher: Fetcher) -> None:
    with Server() as gone:
        url = gone.url
    with pytest.raises(ImportRefused, match="cannot be read"):
        fetcher.get(f"{url}/")
    with pytest.raises(ImportRefused, match=r"the name nowhere\.test is not known"):
        fetcher.get("http://nowhere.test/")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("help.example.com", "no web address"),
        ("https://", "names no server"),
        ("https://me:pw@example.com/", "user name or password"),
        ("https://example.com:0/", "port 0"),
        ("https://exa\x00mple.com/", "no web address"),
        ("https://example.com/" + "a" * 2000, "more than 2,000 characters"),
        ("https://[::1", "no web address"),
        ("", "no web address"),
    ],
)
def test_what_is_no_web_address_is_refused_with_what_to_do(url: str, why: str) -> None:
    with pytest.raises(ImportRefused, match=why):
        web_address(url, url)


def test_a_cancelled_import_stops_in_the_middle_of_a_body(
    server: Server, fetching: Fetching
) -> None:
    seen: list[Request] = []
    server.routes["/"] = lambda request: seen.append(request) or Answer(chunks=endless)
    fetcher = fetching(cancelled=lambda: bool(seen), limits=FetchLimits(size=10**12))
    with pytest.raises(ImportRefused, match="cancelled"):
        fetcher.get(f"{server.url}/")


def test_the_system_resolver_gives_numbers() -> None:
    assert list(system_resolver("127.0.0.1", 80)) == ["127.0.0.1"]
