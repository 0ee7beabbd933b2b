"""Only the open internet is reached, however an address is written."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import names

from retrieval.importers.addresses import NOBODY, NotAdmitted, admitted, refusal

PORTS = frozenset({80, 443})


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.1", "0.1.2.3", "10.0.0.1", "172.16.0.1",
        "172.31.255.255", "192.168.1.1", "169.254.1.1", "169.254.169.254", "100.64.0.1",
        "100.127.255.255", "100.100.100.200", "192.0.0.1", "192.0.0.9", "192.0.2.1",
        "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1",
        "2001:db8::1", "2001::1", "2001:10::1", "2002:7f00:1::", "2002:808:808::", "3fff::1",
        "5f00::1", "100::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    ],
)  # fmt: skip
def test_what_is_not_the_open_internet_is_refused(written: str) -> None:
    assert refusal(ip_address(written)) is not None


@pytest.mark.parametrize(
    "written",
    ["8.8.8.8", "93.184.216.34", "1.1.1.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808",
     "::ffff:8.8.8.8"],
)  # fmt: skip
def test_public_addresses_are_reached(written: str) -> None:
    assert refusal(ip_address(written)) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_clothing(address: IPv4Address) -> None:
    plain = refusal(address)
    assert refusal(IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)) == plain
    assert refusal(IPv6Address(bytes.fromhex("0064ff9b") + b"\0" * 8 + address.packed)) == plain


@given(st.ip_addresses())
def test_private_is_never_reached(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved:
        translated = address.version == 6 and address in ip_network("64:ff9b::/96")
        mapped = isinstance(address, IPv6Address) and address.ipv4_mapped is not None
        assert translated or mapped or refusal(address) is not None


def test_an_opened_network_is_reached_but_never_what_hands_out_credentials() -> None:
    opened = frozenset({ip_network("169.254.0.0/16"), ip_network("10.0.0.0/8")})
    assert refusal(ip_address("10.1.2.3"), opened) is None
    assert refusal(ip_address("::ffff:10.1.2.3"), opened) is None
    assert refusal(ip_address("192.168.1.1"), opened) is not None
    assert "credentials" in (refusal(ip_address("169.254.169.254"), opened) or "")


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    resolve = names({"help.example.test": ["93.184.216.34", "10.0.0.7"]})
    with pytest.raises(NotAdmitted, match=r"help\.example\.test is 10\.0\.0\.7"):
        admitted("help.example.test", 443, resolve=resolve, allow=NOBODY, ports=PORTS)


def test_a_public_name_gives_its_addresses_and_only_web_ports() -> None:
    resolve = names({"help.example.test": ["93.184.216.34", "2606:4700::1"]})
    found = admitted("help.example.test", 443, resolve=resolve, allow=NOBODY, ports=PORTS)
    assert found == ["93.184.216.34", "2606:4700::1"]
    with pytest.raises(NotAdmitted, match="port 22 is not asked"):
        admitted("help.example.test", 22, resolve=resolve, allow=NOBODY, ports=PORTS)


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(NotAdmitted, match="has no address"):
        admitted("none.test", 80, resolve=names({"none.test": []}), allow=NOBODY, ports=PORTS)
