"""Certificates and signing requests of the same size and validity that name nobody.

Of a PEM block that holds DER, the structure, the algorithms and the dates stay, so that expiry, form and length can be
judged as before; names, numbers, keys and signatures are replaced. What holds no DER keeps its letters' and digits' places.
"""

import base64
import binascii
import re

from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.pseudonyms import Pseudonyms
from ocppscope.capture.anonymity.shapes import folded

PEM = re.compile(r"(-----BEGIN ([A-Z0-9 ]{1,40})-----)(.*?)(-----END \2-----|\Z)", re.DOTALL)

_BODY = re.compile(r"(?:\\[rnt]|[^A-Za-z0-9+/=])+")
"""What stands between the characters of a body; some senders escape line ends twice."""

_INTEGER, _BIT_STRING, _OCTET_STRING = 0x02, 0x03, 0x04
_TEXTS = frozenset({0x0C, 0x12, 0x13, 0x14, 0x16, 0x19, 0x1A})
_STAYING = frozenset({0x01, 0x05, 0x06, 0x0A, 0x17, 0x18})
"""Booleans, nulls, object identifiers, enumerations, times."""

_CONSTRUCTED = 0x20
_CONTEXT = 0x80
_DEEPEST = 24
_SMALL = 3
"""Bytes of a number or of bits that say what something is (a version, an exponent, a usage), not whose."""


def pem_replaced(text: str, pseudonyms: Pseudonyms) -> str:
    """The text, which is as long afterwards, with all its PEM blocks replaced."""
    return PEM.sub(lambda found: found[1] + _body(found[3], pseudonyms) + found[4], text)


def serial_number(text: str, pseudonyms: Pseudonyms) -> str:
    """A certificate's number or hash in hexadecimal: as long, and equal to that of the certificate where it was."""
    digits = text.replace(":", "")
    number = digits.lstrip("0")
    if len(number) <= 2 * _SMALL:
        return text  # as small as what stays in a certificate
    other = digits[: len(digits) - len(number)] + _number(number, pseudonyms)
    remaining = iter(other)
    return "".join(char if char == ":" else next(remaining) for char in text)


def _number(digits: str, pseudonyms: Pseudonyms) -> str:
    low = folded(digits[:1])

    def fits(candidate: str) -> bool:
        return (candidate[0] > "7") == (low > "7")  # else it would need a byte more in DER

    return pseudonyms.of(Kind.CERTIFICATES, digits, hexadecimal=True, fits=fits)


def _body(body: str, pseudonyms: Pseudonyms) -> str:
    gaps = list(_BODY.finditer(body))
    compact = _BODY.sub("", body)
    try:
        data = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return pseudonyms.of(Kind.CERTIFICATES, body, searched=False)
    der = _Der(data, pseudonyms)
    other = base64.b64encode(der.replaced()).decode("ascii")
    if pseudonyms.learning or Kind.CERTIFICATES in pseudonyms.kept:
        return body
    pieces: list[str] = []
    at = taken = 0
    for gap in gaps:
        size = gap.start() - at
        pieces += other[taken : taken + size], gap[0]
        taken, at = taken + size, gap.end()
    return "".join([*pieces, other[taken:]])


class _Der:
    """A walk through DER that replaces contents in place."""

    def __init__(self, data: bytes, pseudonyms: Pseudonyms) -> None:
        self._data = bytearray(data)
        self._pseudonyms = pseudonyms

    def replaced(self) -> bytes:
        """The bytes with other contents; noise where they are no DER. Counted as one value."""
        whole = bytes(self._data)
        self._pseudonyms.of(Kind.CERTIFICATES, whole.hex(), searched=False)
        if _is_der(whole, 0, len(whole)):
            self._sequence(0, len(whole), 0)
        else:
            self._noise(0, len(whole))
        return bytes(self._data)

    def _sequence(self, at: int, end: int, depth: int) -> None:
        while at < end:
            element = _element(self._data, at, end)
            if element is None:
                return self._noise(at, end)
            tag, start, stop = element
            if tag & _CONSTRUCTED and depth < _DEEPEST:
                self._sequence(start, stop, depth + 1)
            else:
                self._content(tag, start, stop, depth)
            at = stop
        return None

    def _content(self, tag: int, start: int, stop: int, depth: int) -> None:
        size = stop - start
        if tag in _STAYING or (tag in (_INTEGER, _BIT_STRING) and size <= _SMALL):
            return
        content = bytes(self._data[start:stop])
        if tag == _INTEGER:
            digits = content.hex()
            self._data[start:stop] = bytes.fromhex(serial_number(digits, self._pseudonyms))
        elif tag == _OCTET_STRING and size and _is_der(content, 0, size) and depth < _DEEPEST:
            self._sequence(start, stop, depth + 1)
        elif tag == _BIT_STRING:
            self._noise(start + 1, stop)
        elif (tag in _TEXTS or tag & _CONTEXT) and content.isascii() and content.decode("ascii").isprintable():
            other = self._pseudonyms.of(Kind.CERTIFICATES, content.decode("ascii"))
            self._data[start:stop] = other.encode("ascii")
        else:
            self._noise(start, stop)

    def _noise(self, start: int, stop: int) -> None:
        self._data[start:stop] = self._pseudonyms.noise(bytes(self._data[start:stop]), stop - start)


def _is_der(data: bytes | bytearray, at: int, end: int) -> bool:
    """Whether the range holds whole elements, the first of them constructed or a usual one."""
    if at == end:
        return False
    while at < end:
        element = _element(data, at, end)
        if element is None or element[0] not in _BEGINNINGS:
            return False
        at = element[2]
    return True


_BEGINNINGS = frozenset(
    {0x01, 0x02, 0x03, 0x04, 0x06, 0x0A, 0x0C, 0x13, 0x16, 0x30, 0x31, *range(0x80, 0x89), *range(0xA0, 0xA9)}
)


def _element(data: bytes | bytearray, at: int, limit: int) -> tuple[int, int, int] | None:
    """Tag, start and end of the content of the element there; None when none fits."""
    if at + 2 > limit:
        return None
    tag, length, start = data[at], data[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4 or start + size > limit:
            return None
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    return (tag, start, start + length) if start + length <= limit else None
