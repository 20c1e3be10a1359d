"""The HTTP upgrade: heads taken apart and, of the request, two things rewritten. No I/O.

Only the request target (the upstream's path prefix goes in front) and the value of Host change; every other byte of the
head stays where it is: order, case, duplicates, odd blanks and bare line feeds included, so that the CSMS judges what the
station really sent.
"""

import re

import msgspec

from ocppscope.protocol.identity import ABSOLUTE, path_of, station_of

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_REQUEST_LINE = re.compile(
    rb"(?P<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) (?P<target>[^\r\n]+) (?P<version>HTTP/\d\.\d)\r?\Z"
)
_METHOD_BEGUN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?: |\Z)")
_STATUS_LINE = re.compile(rb"HTTP/\d\.\d (?P<status>\d{3})(?: [^\r\n]*)?\r?\Z")
_HOST = re.compile(rb"(?im)^(?P<name>host[ \t]*:[ \t]*)(?P<value>[^\r\n]*?)(?P<blank>[ \t]*\r?)$")
_TLS_HELLO = b"\x16\x03"


class BadHeadError(ValueError):
    """What came is no HTTP head; the text says why in one line."""


class Head(msgspec.Struct, frozen=True):
    """An HTTP head.

    Attributes:
        line: the request or status line, without its end.
        headers: names and values in the order and spelling of the wire; bytes are read as Latin-1, as HTTP has it.
    """

    line: str
    headers: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        """Values of every header of that name (lower case)."""
        return [value for key, value in self.headers if key.lower() == name]

    def get(self, name: str) -> str | None:
        """The header's value, several joined by commas as HTTP has it, or None."""
        values = self.all(name)
        return ", ".join(values) if values else None


class Request(Head, frozen=True):
    """A request head. ``target`` is the raw request target."""

    method: str
    target: str

    @property
    def path(self) -> str:
        """The target's path, without query and without the scheme and host of an absolute form."""
        return path_of(self.target)

    @property
    def station(self) -> str | None:
        """Station identity: the last part of the path that is not empty, percent-decoded once; None if there is none."""
        return station_of(self.target)


class Response(Head, frozen=True):
    """A response head."""

    status: int

    def body_length(self, method: str) -> int | None:
        """Bytes of body that follow; None when the connection's end or a chunked coding says it."""
        if method == "HEAD" or self.status in {204, 304} or self.status < 200:
            return 0
        length = self.get("content-length")
        if self.get("transfer-encoding") is None and length is not None and length.isascii() and length.isdecimal():
            return int(length)
        return None


def end_of_head(data: bytes | bytearray, searched: int = 0) -> int:
    """Position behind the empty line that ends a head, or -1 if it has not come. ``searched`` bytes were looked at before."""
    match = _END_OF_HEAD.search(data, max(searched - 3, 0))
    return match.end() if match else -1


def early_complaint(data: bytes | bytearray) -> str | None:
    """What is already wrong with the beginning of a request, so that garbage need not be waited for; None if nothing is."""
    if data[:2] == _TLS_HELLO:
        return "a TLS ClientHello on a port that speaks plain ws://; use ws:// in the station, or start with --cert and --key"
    line, newline, _ = bytes(data[:8192]).partition(b"\n")
    if not _METHOD_BEGUN.match(line) or (newline and not _REQUEST_LINE.fullmatch(line)):
        return f"no HTTP request: it begins with {bytes(data[:40])!r}"
    return None


def parse_request(head: bytes) -> Request:
    """Take a request head apart, empty line included.

    Raises:
        BadHeadError: it is none.
    """
    line, headers = _split(head)
    match = _REQUEST_LINE.fullmatch(line)
    if not match:
        raise BadHeadError(f"no HTTP request: it begins with {head[:40]!r}")
    return Request(
        line=line.decode("latin-1"),
        headers=headers,
        method=match["method"].decode("latin-1"),
        target=match["target"].decode("latin-1"),
    )


def parse_response(head: bytes) -> Response:
    """Take a response head apart, empty line included.

    Raises:
        BadHeadError: it is none.
    """
    line, headers = _split(head)
    match = _STATUS_LINE.fullmatch(line)
    if not match:
        raise BadHeadError(f"no HTTP response: it begins with {head[:40]!r}")
    return Response(line=line.decode("latin-1"), headers=headers, status=int(match["status"]))


def rewrite_request(head: bytes, *, prefix: str, authority: str) -> bytes:
    """The request head as the CSMS gets it.

    Args:
        head: a head that `parse_request` takes, as it came.
        prefix: goes in front of the path; empty, or beginning and not ending with a slash.
        authority: new value of Host.
    """
    line, newline, rest = head.partition(b"\n")
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise BadHeadError(f"no HTTP request: it begins with {head[:40]!r}")
    start, stop = match.span("target")
    target = rewrite_target(line[start:stop].decode("latin-1"), prefix).encode("latin-1")
    host = authority.encode("latin-1")
    rest = _HOST.sub(lambda found: found["name"] + host + found["blank"], rest)
    return line[:start] + target + line[stop:] + newline + rest


def rewrite_target(target: str, prefix: str) -> str:
    """The request target with the upstream's path in front: encoding, double slashes and query untouched."""
    path = ABSOLUTE.sub("", target, count=1)
    if path.startswith("/"):
        return prefix + path
    # "GET CP001 HTTP/1.1", "GET * HTTP/1.1": no path below our root. The CSMS sees the mistake as it is.
    return path if path == target else f"{prefix}/{path}"


def _split(head: bytes) -> tuple[bytes, list[tuple[str, str]]]:
    line, *rest = head.rstrip(b"\r\n").split(b"\n")
    headers: list[tuple[str, str]] = []
    for raw in rest:
        text = raw.decode("latin-1").rstrip("\r")
        if text[:1] in {" ", "\t"} and headers:  # obsolete line folding
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {text.strip()}".strip())
            continue
        name, _, value = text.partition(":")
        headers.append((name, value.strip(" \t")))
    return line.rstrip(b"\r"), headers


def refusal(status: str, reason: str) -> bytes:
    """A short HTTP answer of the proxy itself: ``status`` is "502 Bad Gateway", ``reason`` one line for the body."""
    body = f"ocppscope: {reason}\n".encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode("ascii") + body
