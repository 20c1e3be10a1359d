"""As much of X.509 certificates and signing requests as can be told without trusting anyone: shape, number, validity.

Chains, signatures and revocation are the receiver's matter. What comes from the wire may be anything: a text above
`LONGEST` is not looked at, every length is checked against what is there, and nothing is followed by recursion.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import NamedTuple

LONGEST = 20_000
"""Characters of a text that are looked at: twice the longest chain that OCPP carries."""

_INTEGER, _BIT_STRING, _UTC_TIME, _GENERALIZED_TIME, _SEQUENCE, _CONTEXT_0 = 0x02, 0x03, 0x17, 0x18, 0x30, 0xA0
_MOMENT = "%Y%m%d%H%M%SZ"
_DIGITS = {_UTC_TIME: 12, _GENERALIZED_TIME: 14}
_LONGEST_NUMBER = 64
"""Bytes of a serial number that are read; RFC 5280 allows 20."""

_REQUEST_LABELS = ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")


class Certificate(NamedTuple):
    """What of a certificate is read: its serial number, and from when until when it holds (UTC)."""

    serial: int
    not_before: datetime
    not_after: datetime


class _NotSoError(Exception):
    """The bytes are not what is looked for."""


class _Element(NamedTuple):
    """One element of DER: its tag and where its content stands."""

    tag: int
    start: int
    end: int


def read_certificate(text: str) -> Certificate | None:
    """The first certificate of a PEM text (of a chain: that of the holder); None when there is none that can be read."""
    data = _pem(text, ("CERTIFICATE",))
    if data is None:
        return None
    try:
        return _certificate(data)
    except (_NotSoError, ValueError):  # ValueError: a date such as the 31st of February
        return None


def flaw_of(text: str | None, now: datetime) -> str | None:
    """Why a certificate must not be taken at ``now``, for evidence: it "is no certificate in PEM" or "expired on …".

    None where it may be, where there is none, and for a text too long to be looked at.
    """
    if text is None or len(text) > LONGEST:
        return None
    certificate = read_certificate(text)
    if certificate is None:
        return "is no certificate in PEM"
    return f"expired on {certificate.not_after:%Y-%m-%d}" if certificate.not_after < now else None


def is_signing_request(text: str) -> bool:
    """Whether a text is a PKCS#10 request in PEM, by its shape. One that is too long to be looked at counts as such."""
    if len(text) > LONGEST:
        return True
    data = _pem(text, _REQUEST_LABELS)
    if data is None:
        return False
    try:
        outer = _content(data, 0, len(data), _SEQUENCE)
        info = _content(data, outer.start, outer.end, _SEQUENCE)
        version = _content(data, info.start, info.end, _INTEGER)
        name = _content(data, version.end, info.end, _SEQUENCE)
        _content(data, name.end, info.end, _SEQUENCE)  # the public key
        algorithm = _content(data, info.end, outer.end, _SEQUENCE)
        _content(data, algorithm.end, outer.end, _BIT_STRING)  # the signature
    except _NotSoError:
        return False
    return True


def _pem(text: str, labels: tuple[str, ...]) -> bytes | None:
    """The bytes of the first block with one of these labels."""
    if len(text) > LONGEST:
        return None
    text = text.replace("\\r", "").replace("\\n", "\n")  # some senders escape the line ends twice
    for label in labels:
        begin, end = f"-----BEGIN {label}-----", f"-----END {label}-----"
        start = text.find(begin)
        stop = text.find(end, start + len(begin)) if start >= 0 else -1
        if stop >= 0:
            body = "".join(text[start + len(begin) : stop].split())
            try:
                return base64.b64decode(body, validate=True)
            except (binascii.Error, ValueError):
                return None
    return None


def _certificate(data: bytes) -> Certificate:
    outer = _content(data, 0, len(data), _SEQUENCE)
    body = _content(data, outer.start, outer.end, _SEQUENCE)
    at = body.start
    first = _element(data, at, body.end)
    if first.tag == _CONTEXT_0:  # the version, absent in those of version 1
        at = first.end
    serial = _content(data, at, body.end, _INTEGER)
    algorithm = _content(data, serial.end, body.end, _SEQUENCE)
    issuer = _content(data, algorithm.end, body.end, _SEQUENCE)
    validity = _content(data, issuer.end, body.end, _SEQUENCE)
    begins = _element(data, validity.start, validity.end)
    ends = _element(data, begins.end, validity.end)
    if serial.end - serial.start > _LONGEST_NUMBER:
        raise _NotSoError
    number = int.from_bytes(data[serial.start : serial.end], "big")
    return Certificate(number, _time(data, begins), _time(data, ends))


def _time(data: bytes, element: _Element) -> datetime:
    digits = _DIGITS.get(element.tag)
    text = data[element.start : element.end][:20].decode("ascii", "replace")
    if digits is None or len(text) != digits + 1 or not text[:digits].isdigit() or not text.endswith("Z"):
        raise _NotSoError
    if element.tag == _UTC_TIME:  # 50 to 99 are of the last century (RFC 5280 §4.1.2.5.1)
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)


def _content(data: bytes, at: int, limit: int, tag: int) -> _Element:
    """The element there, which must have this tag."""
    element = _element(data, at, limit)
    if element.tag != tag:
        raise _NotSoError
    return element


def _element(data: bytes, at: int, limit: int) -> _Element:
    """The element that begins there and ends within the limit."""
    if at + 2 > limit:
        raise _NotSoError
    tag, length, start = data[at], data[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4 or start + size > limit:
            raise _NotSoError
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    if start + length > limit:
        raise _NotSoError
    return _Element(tag, start, start + length)
