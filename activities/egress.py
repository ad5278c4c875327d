"""To which addresses may a request to a company's system go (PROTOCOLS 8)?

A name is resolved once a connection; *every* address that it has must be allowed, and the connection goes to one of
those that were checked, so that no second answer of the name server counts. The server's name stays what certificates
and the Host header are about. Redirects and proxies of the environment are not followed.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

import httpcore2
import httpx2

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Network = ipaddress.IPv4Network | ipaddress.IPv6Network
type Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
LOOPBACK: Final = "127.0.0.0/8,::1/128"


class AddressRefused(httpcore2.ConnectError):
    """A system's name leads to an address that no setting allows; nothing was sent."""


@dataclass(frozen=True)
class Egress:
    """What may be reached besides public addresses: private networks, and hosts whose private addresses count."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "Egress":
        """Read `10.1.0.0/16,crm.internal`. Raises ValueError naming a network that is none."""
        networks: list[Network] = []
        hosts: set[str] = set()
        for part in (piece.strip() for piece in text.split(",") if piece.strip()):
            if "/" in part or _is_address(part):
                networks.append(ipaddress.ip_network(part))
            else:
                hosts.add(part.lower())
        return cls(tuple(networks), frozenset(hosts))

    def allows(self, host: str, address: str) -> bool:
        """Whether a request to `host` may go to this address of it. Link-local and multicast ones are never reached."""
        try:
            found = _inner(ipaddress.ip_address(address.partition("%")[0]))
        except ValueError:
            return False
        if found.is_link_local or found.is_multicast or found.is_unspecified:
            return False
        if found.is_global and not found.is_reserved:
            return True
        return host.lower() in self.hosts or any(found in network for network in self.networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps (mapped, 6to4, Teredo, NAT64), or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every address that the system's resolver gives for a name. Raises OSError where it gives none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to checked addresses only. `resolver` is the system's own but in tests."""

    def __init__(self, egress: Egress, resolver: Resolver = resolve) -> None:
        self._egress = egress
        self._resolver = resolver
        self._network = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the network library's own interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Resolve, check all, connect to the first that answers. Raises AddressRefused, ConnectError or a timeout."""
        addresses = await self._addresses(host.strip("[]"), port, within=timeout)
        failure = httpcore2.ConnectError(f"{host!r} has no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the network library's own interface
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: no company's system is a file of this machine."""
        raise AddressRefused("company systems are not reached by a socket file")

    async def sleep(self, seconds: float) -> None:
        """Sleep as the network library asks."""
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int, *, within: float | None) -> Sequence[str]:
        try:
            async with asyncio.timeout(within):
                addresses = await self._resolver(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"{host!r} was not resolved in time") from error
        except OSError as error:
            raise httpcore2.ConnectError(f"{host!r} cannot be resolved") from error
        if not all(self._egress.allows(host, address) for address in addresses):
            raise AddressRefused(
                f"{host!r} has an address that is not public; list it in HANDRAIL_PRIVATE_SYSTEMS to reach it"
            )
        return addresses


class CheckedTransport(httpx2.AsyncHTTPTransport):
    """A connection pool whose connections are checked; no proxies, no retries."""

    def __init__(self, egress: Egress, resolver: Resolver = resolve) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=CheckedBackend(egress, resolver),
        )


def http_client(egress: Egress, resolver: Resolver = resolve) -> httpx2.AsyncClient:
    """The client for company systems: checked addresses, no environment proxies, no redirects, no retries."""
    return httpx2.AsyncClient(transport=CheckedTransport(egress, resolver), trust_env=False, follow_redirects=False)
