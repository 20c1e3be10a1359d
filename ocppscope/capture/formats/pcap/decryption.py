"""The plain text of TLS connections, by Wireshark's own ``tshark``: it has every cipher suite that stations speak.

Its list of frames gets fragmented and compressed messages wrong, so only the decrypted byte streams are taken from it
(``-z follow,tls,yaml``), with the direction and time of each piece.
"""

import base64
import binascii
import re
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats.pcap.conversation import Endpoints, Piece
from ocppscope.capture.options import ReadOptions

_FIELD = re.compile(r"^\s*(?:- )?(?P<key>packet|peer|timestamp|data):\s*(?P<value>.*)$")
_FIRST_PEER = re.compile(r"- peer: 0\s+host: (?P<host>\S+)\s+port: (?P<port>\d+)")
_NANOSECOND = 1_000_000_000


class Decrypted(NamedTuple):
    """One TLS connection: its ends and its pieces in order."""

    ends: Endpoints
    pieces: list[Piece]


def needs(options: ReadOptions) -> str | None:
    """What is missing to read TLS, as a sentence to add to an error; None when it can be tried."""
    if options.keylog is None and options.tls_key is None:
        return (
            "give --keylog FILE (SSLKEYLOGFILE of the station or the CSMS) or --tls-key FILE (the server's RSA key, if the "
            "cipher suite is a TLS_RSA one)"
        )
    if shutil.which("tshark") is None:
        return (
            "install tshark (Debian and Ubuntu: apt install tshark; macOS: brew install wireshark), which decrypts them"
        )
    return None


def decrypted(path: str, options: ReadOptions) -> Iterator[Decrypted]:
    """The TLS connections of a file that the keys open.

    Raises:
        CaptureError: a key file is not there, or tshark fails.
    """
    keys = list(_keys(options))
    ends = _streams(path, keys)
    for number, (client, server) in ends.items():
        pieces = list(_pieces(_tshark(path, keys, "-q", "-z", f"follow,tls,yaml,{number}"), server))
        if pieces:
            yield Decrypted(Endpoints(client, server), pieces)


def _keys(options: ReadOptions) -> Iterator[str]:
    for file, setting in ((options.keylog, "tls.keylog_file:{}"), (options.tls_key, 'uat:rsa_keys:"{}",""')):
        if file is not None:
            path = Path(file).absolute()
            if not path.is_file():
                raise CaptureError(f"cannot read {file}: there is no such file")
            if '"' in str(path):
                raise CaptureError(f"cannot use {file}: tshark takes no file name with a quotation mark")
            yield "-o"
            yield setting.format(path)


def _streams(path: str, keys: list[str]) -> dict[str, Endpoints]:
    """The TCP streams that begin with a ClientHello, with their ends."""
    fields = ("tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport")
    arguments = [part for field in fields for part in ("-e", field)]
    output = _tshark(path, keys, "-Y", "tls.handshake.type == 1", "-T", "fields", *arguments)
    ends: dict[str, Endpoints] = {}
    for line in output.splitlines():
        values = line.split("\t")
        if len(values) == len(fields) and values[0].isdigit():
            number, v4, v6, port, target_v4, target_v6, target_port = values
            client, server = _endpoint(v4 or v6, port), _endpoint(target_v4 or target_v6, target_port)
            ends.setdefault(number, Endpoints(client, server))
    return ends


def _endpoint(address: str, port: str) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _pieces(output: str, server: str) -> Iterator[Piece]:
    """The pieces in tshark's YAML, read by its few kinds of lines: a parser of all YAML is not needed."""
    first = _FIRST_PEER.search(output)
    # The first peer is the one that sent the first decrypted bytes: with TLS 1.3 mostly the server, with its tickets.
    by_client = int(first is not None and _endpoint(first["host"], first["port"]) == server)
    number, peer, at = 0, 0, 0
    data: list[str] | None = None
    for line in output.splitlines():
        found = _FIELD.match(line)
        if found is None:
            if data is not None and line.strip():
                data.append(line.strip())
            continue
        if data is not None:
            yield from _piece(number, at, data, from_client=peer == by_client)
            data = None
        value = found["value"].strip()
        match found["key"]:
            case "packet" if value.isdigit():
                number = int(value)
            case "peer" if value.isdigit():
                peer = int(value)
            case "timestamp":
                at = _nanoseconds(value)
            case "data":
                data = [value.removeprefix("!!binary").strip(" |")]
    if data is not None:
        yield from _piece(number, at, data, from_client=peer == by_client)


def _piece(number: int, at: int, data: list[str], *, from_client: bool) -> Iterator[Piece]:
    try:
        payload = base64.b64decode("".join(data), validate=True)
    except (binascii.Error, ValueError):
        return
    if payload:
        yield Piece(from_client, at, number, payload)


def _nanoseconds(text: str) -> int:
    try:
        return int(Decimal(text) * _NANOSECOND)
    except (InvalidOperation, ValueError, OverflowError):
        return 0


def _tshark(path: str, keys: list[str], *arguments: str) -> str:
    command = ["tshark", "-n", "-r", path, *keys, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, our own arguments
    except OSError as error:
        raise CaptureError(f"cannot run tshark: {error}") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CaptureError(f"tshark cannot read {path}: {reason[-1] if reason else done.returncode}")
    return done.stdout.decode("utf-8", "replace")
