"""Which machines an import may talk to: those of the open internet, and nobody's own network.

An address that an admin types, and every link and redirect behind it, is written by strangers.
Without this check they could make the server read its own network, or its cloud's keys.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""From a host name and a port to the addresses of that name; raises OSError when there is none."""

NOBODY: frozenset[Network] = frozenset()

_METADATA = frozenset(
    ip_address(written)
    for written in (
        "169.254.169.254", "169.254.170.2", "fd00:ec2::254",  # Amazon, Google, Azure, Oracle
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure; publicly routed by its number
        "192.0.0.192",  # Oracle
    )
)  # fmt: skip
"""Where clouds keep a machine's own credentials: refused even inside an allowed network."""

_NEVER: tuple[Network, ...] = (
    # Python's own tables do not know these as special, or only in some releases.
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("100::/64"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
    IPv6Network("fec0::/10"),
)
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64: the last 32 bits are the IPv4 address that is really reached."""


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Return what the operating system knows; its own time limits hold for slow name servers."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def refusal(address: Address, allow: frozenset[Network] = NOBODY) -> str | None:
    """Say why `address` must not be reached, or None where it may.

    `allow` are the private networks that an operator opened; machines that hand out credentials
    stay closed inside them too.
    """
    reached = _reached(address)
    if reached in _METADATA or address in _METADATA:
        return "is where a cloud keeps its machines' credentials"
    if _inside(reached, allow):
        return None
    if reached.is_loopback or reached.is_unspecified:
        return "is this server itself"
    # A global multicast address counts as global: it must be asked for by itself.
    single = not reached.is_multicast and not reached.is_reserved
    if reached.is_global and single and not _inside(reached, _NEVER):
        return None
    return "belongs to a private or reserved network"


def _inside(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == one.version and address in one for one in networks)


def _reached(address: Address) -> Address:
    """Return the IPv4 machine behind an IPv6 way of writing it, else the address as it is."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def admitted(
    host: str, port: int, *, resolve: Resolver, allow: frozenset[Network], ports: frozenset[int]
) -> list[str]:
    """Return the addresses of `host` to connect to; raises NotAdmitted when any is not public.

    One bad address refuses the whole name: a name that points both outside and inside is a trap.
    """
    found = resolve(host, port)
    if not found:
        raise NotAdmitted(f"the name {host} has no address")
    addresses = [_parsed(written) for written in found]
    for address in addresses:
        why = refusal(address, allow)
        if why is not None:
            raise NotAdmitted(f"{host} is {address}, which {why}. Only public addresses are read")
    if port not in ports and not all(_inside(address, allow) for address in addresses):
        wanted = " and ".join(str(one) for one in sorted(ports))
        raise NotAdmitted(f"port {port} is not asked. Only {wanted} are")
    return [str(address) for address in addresses]


def _parsed(written: str) -> Address:
    # A zone (`fe80::1%eth0`) only belongs to addresses that are refused anyway.
    return ip_address(written.split("%", 1)[0])


class NotAdmitted(Exception):
    """The machine behind a name may not be asked; says why, without an end to the sentence."""
