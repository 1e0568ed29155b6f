"""Where a request really comes from, also behind proxies that are trusted to say so."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.types import Scope

from gateway.settings import Network

_NOWHERE = "unknown"
_IPV6_PREFIX = 64  # what one subscriber gets: counting single addresses would count nothing


@dataclass(frozen=True, slots=True)
class Origin:
    """The address of the caller, the scheme it used, and what its address is counted under."""

    address: str
    scheme: str
    counted_as: str


class Proxies:
    """The proxies that are believed; anybody else who says where a request comes from is not."""

    def __init__(self, trusted: Iterable[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def origin(self, scope: Scope) -> Origin:
        """The nearest address that is no trusted proxy's: the right-most such entry of X-Forwarded-For.

        What stands left of it was written by the caller, who may write what it likes.
        """
        client = scope.get("client")
        peer: str = client[0] if client else _NOWHERE
        scheme: str = scope["scheme"]
        if not self._trusted or not self.trusts(peer):
            return Origin(peer, scheme, counted_as(peer))
        said = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        entries = b",".join(said).decode("latin-1").split(",") if said else []
        address = peer
        for entry in reversed(entries):
            given = _address(entry.strip())
            if given is None:
                break
            address = str(given)
            if not self.trusts(address):
                break
        schemes = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
        if schemes and (last := schemes[-1].rpartition(b",")[2].strip()) in {b"http", b"https"}:
            scheme = last.decode()
        return Origin(address, scheme, counted_as(address))

    def trusts(self, text: str) -> bool:
        """Whether this is the address of such a proxy."""
        address = _address(text)
        return address is not None and any(
            address in network for network in self._trusted if network.version == address.version
        )


def from_inside(scope: Scope) -> bool:
    """Whether a request comes straight from an address of this machine or of a private network, through no proxy."""
    client = scope.get("client")
    address = _address(client[0]) if client else None
    passed_on = any(name in {b"x-forwarded-for", b"forwarded"} for name, _ in scope["headers"])
    return address is not None and address.is_private and not passed_on


@lru_cache(4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address in a text; an IPv4 one that is dressed as IPv6 is undressed."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


@lru_cache(4096)
def counted_as(text: str) -> str:
    """Under what an address is counted: an IPv6 one by its network, which is what one subscriber gets."""
    address = _address(text)
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> (128 - _IPV6_PREFIX) << (128 - _IPV6_PREFIX))}/{_IPV6_PREFIX}"
    return str(address or text)
