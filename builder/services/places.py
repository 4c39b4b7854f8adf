"""Which addresses of the network belong to everybody: only these are fetched from for others."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_EVERYBODY = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")  # an IPv4 address, as networks without IPv4 reach it
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))  # they lead to an IPv4 address inside


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network: not this machine, no private or special range, no group."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public_4(found) if isinstance(found, IPv4Address) else _is_public_6(found)


def _is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _is_public_6(address: IPv6Address) -> bool:
    inside = address.ipv4_mapped or (IPv4Address(address.packed[-4:]) if address in _TRANSLATED else None)
    if inside is not None:
        return _is_public_4(inside)
    return address in _EVERYBODY and address.is_global and not any(address in tunnel for tunnel in _TUNNELS)
