"""What the engine is told: where to listen, where to connect to, what it may cost."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ocppscope.capture.retention import Rotation

MIB = 1024 * 1024

DEFAULT_PORTS = {"ws": 80, "wss": 443}
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")


class ConfigError(ValueError):
    """The engine cannot be started like this. The text is one clear line; exit status 2."""


class UpstreamError(ConfigError):
    """The URL of the CSMS is not usable."""


class ListenError(ConfigError):
    """The address to listen on is not usable."""


class EngineConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything the engine needs to know. Times are in seconds, sizes in bytes.

    Attributes:
        upstream: URL of the CSMS, ``ws://`` or ``wss://``, with an optional path prefix.
        listen: ``HOST:PORT``; port 0 picks a free one.
        capture: file of records; an existing native capture is appended to. None records nothing.
        rotation: when a further part of the capture begins, and which are kept; None keeps it in one file.
        cert, key: PEM files; with them the listener speaks ``wss://``. ``key`` may be left out when it is in ``cert``.
        upstream_ca: PEM file of the authorities that the CSMS's certificate must come from, instead of the system's.
        max_message: larger messages are recorded by their beginning (``keep_of_large``) and their size only.
        max_header: of an HTTP request or response head.
        header_timeout: for a station to send its whole request head, and for the CSMS to answer it.
        connect_timeout: for look-up, TCP and TLS towards the CSMS, all together.
        half_close_timeout: silence after which a connection that one side has closed is closed on the other side too.
        max_connections: stations at once; fewer when the system allows fewer open files.
        shutdown_timeout: for closing all connections at the end.
        options: for the header of the capture, so that a reader knows how the run was called.
    """

    upstream: str
    listen: str = "127.0.0.1:9000"
    capture: str | None = None
    rotation: Rotation | None = None
    cert: str | None = None
    key: str | None = None
    upstream_ca: str | None = None
    max_message: int = 16 * MIB
    keep_of_large: int = 64 * 1024
    max_header: int = 64 * 1024
    header_timeout: float = 10.0
    connect_timeout: float = 10.0
    half_close_timeout: float = 60.0
    max_connections: int = 10_000
    shutdown_timeout: float = 2.0
    options: dict[str, Any] = {}

    def checked(self) -> "EngineConfig":
        """The same with absolute paths, after looking at everything that can be wrong before a socket is opened.

        Raises:
            ConfigError: what is wrong, in one line.
        """
        parse_upstream(self.upstream)
        parse_listen(self.listen)
        if self.key and not self.cert:
            raise ConfigError("--key without --cert: give the certificate (PEM) that belongs to the key")
        if self.rotation is not None and not self.rotation.possible:
            raise ConfigError("a rotation needs a size or a time greater than 0")
        for name in (
            "max_message",
            "keep_of_large",
            "max_header",
            "max_connections",
            "header_timeout",
            "connect_timeout",
        ):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name} must be greater than 0")
        paths = {
            name: str(Path(value).absolute())
            for name in ("capture", "cert", "key", "upstream_ca")
            if (value := getattr(self, name)) is not None
        }
        return msgspec.structs.replace(self, **paths)


class Upstream(msgspec.Struct, frozen=True):
    """The CSMS's URL, taken apart.

    Attributes:
        host: name or address to connect to, without brackets, in ASCII.
        port: TCP port.
        tls: whether it is ``wss://``.
        prefix: path that is put before the station's own path: empty, or beginning and not ending with a slash.
    """

    host: str
    port: int
    tls: bool
    prefix: str

    @property
    def authority(self) -> str:
        """Value of the Host header: brackets around an IPv6 address, the port only where it is not the default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def scheme(self) -> str:
        """``ws`` or ``wss``."""
        return "wss" if self.tls else "ws"

    @property
    def url(self) -> str:
        """The URL in its plain form."""
        return f"{self.scheme}://{self.authority}{self.prefix}"


def parse_upstream(url: str) -> Upstream:
    """Take the CSMS's URL apart.

    Raises:
        UpstreamError: one line that says what is wrong. It never repeats a password.
    """
    if _UNPRINTABLE.search(url):
        raise UpstreamError("the upstream URL holds a blank or control character; percent-encode it")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UpstreamError(f"the upstream URL cannot be read: {error}; write ws://HOST:PORT/PATH") from None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise UpstreamError("the upstream must be a URL that begins with ws:// or wss://, as in ws://HOST:PORT/PATH")
    if "@" in parts.netloc:
        raise UpstreamError("the upstream URL holds credentials; leave them out: the station's own pass unchanged")
    if not parts.hostname:
        raise UpstreamError(f"the upstream URL {url} has no host; write {scheme}://HOST:PORT/PATH")
    if parts.query or parts.fragment:
        raise UpstreamError("the upstream URL may have a path, but no query (?) and no fragment (#)")
    if port == 0:
        raise UpstreamError(f"the upstream URL {url} has port 0; give the CSMS's port")
    if not parts.path.isascii():
        raise UpstreamError("the path of the upstream URL is not ASCII; percent-encode it")
    return Upstream(
        host=_ascii_host(parts.hostname),
        port=port or DEFAULT_PORTS[scheme],
        tls=scheme == "wss",
        prefix=parts.path.removesuffix("/"),
    )


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise UpstreamError(f"the host name {host!r} of the upstream URL is no valid name") from None


def parse_listen(address: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT``, ``[IPV6]:PORT`` or ``PORT`` (then on loopback only).

    Raises:
        ListenError: one line that says what is wrong.
    """
    host, colon, port = address.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ListenError(f"cannot listen on {address!r}: write an IPv6 address in brackets, as in [::1]:9000")
    if not port.isdecimal() or not port.isascii() or int(port) > 65535:
        raise ListenError(f"cannot listen on {address!r}: write HOST:PORT, as in 127.0.0.1:9000 (port 0 to 65535)")
    if colon and not host and address != f":{port}":
        raise ListenError(f"cannot listen on {address!r}: write HOST:PORT, as in 127.0.0.1:9000")
    return host or "127.0.0.1", int(port)
