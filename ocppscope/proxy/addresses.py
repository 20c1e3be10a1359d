"""Socket addresses: as text, and as sockets to listen on."""

import errno
import os
import socket
from collections.abc import Sequence

from ocppscope.proxy.config import ConfigError

BACKLOG = 4096  # a whole fleet may reconnect in one second; the system's own limit applies below this

_NOT_OURS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


class CannotListenError(ConfigError):
    """The address could not be bound; the text is one clear line, exit status 3."""


def address_text(name: Sequence[object] | None) -> str:
    """``127.0.0.1:9000``, ``[::1]:9000``; an IPv4 address that is wrapped in an IPv6 one as IPv4; "?" for None."""
    if not name:
        return "?"
    host, port = str(name[0]), name[1]
    if "." in host:
        host = host.removeprefix("::ffff:")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def listening_sockets(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address of the host, on one and the same port.

    Args:
        host: name or address.
        port: 0 for any free one.

    Raises:
        CannotListenError: what is wrong and how to mend it, in one line.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        words = getattr(error, "strerror", None) or error
        raise CannotListenError(f"cannot listen on {host}: {words}; give an address of this machine") from None
    sockets: list[socket.socket] = []
    unusable: OSError | None = None
    for family, _type, _protocol, _name, address in dict.fromkeys(found):
        chosen = sockets[0].getsockname()[1] if sockets else port
        try:
            sockets.append(_listen(family, (address[0], chosen, *address[2:])))
        except OSError as error:
            unusable = error
            # "localhost" is often ::1 as well where there is no IPv6; that is no reason not to listen on 127.0.0.1.
            if error.errno not in _NOT_OURS:
                break
    if unusable is not None and (not sockets or unusable.errno not in _NOT_OURS):
        for opened in sockets:
            opened.close()
        raise CannotListenError(f"cannot listen on {address_text((host, port))}: {_mend(unusable)}") from None
    return sockets


def _listen(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _mend(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "the port is in use; stop the other program or choose another port with --listen"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine has no such address"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "not allowed; choose a port above 1023"
    return os.strerror(error.errno).lower() if error.errno else str(error)
