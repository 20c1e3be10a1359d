"""IP addresses and host names: what stands for them is as public or as private as they are."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.pseudonyms import Pseudonyms
from ocppscope.capture.anonymity.shapes import NOISE_PER_CHARACTER, shaped

_NETWORKS = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/8",
        "224.0.0.0/3", "::1/128", "fe80::/10", "fc00::/7", "ff00::/8",
    )
)  # fmt: skip
"""Networks that an address stays within: whether a leg crosses the open internet is what a rule looks at."""

_KEPT_OCTETS = {"10.": 1, "100.": 1, "169.254.": 2, "172.": 1, "192.168.": 2}

_NOBODY = frozenset({"localhost", "localhost.localdomain", "0.0.0.0", "::", "::1"})  # noqa: S104 - names no interface


def host_and_port(text: str, pseudonyms: Pseudonyms) -> str:
    """``host:port``, ``[v6]:port`` or a host alone with another host."""
    if text.startswith("["):
        inside, bracket, rest = text[1:].partition("]")
        return f"[{host(inside, pseudonyms)}{bracket}{rest}"
    if text.count(":") > 1:
        name, colon, port = text.rpartition(":")
        # A bare IPv6 address, with its port behind it as the native capture writes it, or without.
        if not _is_address(text) and _is_address(name):
            return f"{host(name, pseudonyms)}{colon}{port}"
        return host(text, pseudonyms)
    name, colon, port = text.partition(":")
    return f"{host(name, pseudonyms)}{colon}{port}"


def host(text: str, pseudonyms: Pseudonyms) -> str:
    """Another address of the same kind, or another name; those of the machine itself stay."""
    if text.lower() in _NOBODY or text.startswith("127."):
        return text
    bare, percent, zone = text.partition("%")
    try:
        address = ip_address(bare)
    except ValueError:
        return pseudonyms.of(Kind.ADDRESSES, text)
    if isinstance(address, IPv4Address):
        return pseudonyms.of(Kind.ADDRESSES, text, shape=_octets, fits=_within(address))
    head, colon, tail = bare.rpartition(":")
    if "." in tail:  # an IPv4 address in an IPv6 one
        return f"{head}{colon}{host(tail, pseudonyms)}{percent}{zone}"
    return pseudonyms.of(Kind.ADDRESSES, bare, shape=_groups, fits=_within(address)) + percent + zone


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _within(address: IPv4Address | IPv6Address) -> Callable[[str], bool]:
    network = _network(address)

    def fits(candidate: str) -> bool:
        try:
            return _network(ip_address(candidate)) == network
        except ValueError:
            return False

    return fits


def _network(address: IPv4Address | IPv6Address) -> object:
    return next((one for one in _NETWORKS if one.version == address.version and address in one), None)


def _octets(text: str, noise: bytes) -> str:
    """Octets with as many digits as they had; those that name a private network stay."""
    octets = text.split(".")
    kept = next((number for prefix, number in _KEPT_OCTETS.items() if text.startswith(prefix)), 0)
    for place in range(kept, len(octets)):
        octet = octets[place]
        chance = int.from_bytes(noise[place * NOISE_PER_CHARACTER : (place + 1) * NOISE_PER_CHARACTER])
        low, high = {1: (1, 9), 2: (10, 99)}.get(len(octet), (100, 255))
        octets[place] = octet if octet == "0" else str(low + chance % (high - low + 1))
    return ".".join(octets)


def _groups(text: str, noise: bytes) -> str:
    """Groups of hexadecimal digits; that of a link-local or private network stays."""
    other = shaped(text, noise, hexadecimal=True)
    first, colon, _ = text.partition(":")
    return first + colon + other[len(first) + 1 :] if first[:2] in ("fe", "fc", "fd", "ff") else other
