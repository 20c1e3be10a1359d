"""Typed netstrings, the encoding of mitmproxy's flow files: ``LENGTH:PAYLOAD`` and a letter for the type.

Reading is lenient about one thing: of a value that is cut, the members and items that are whole are kept.
"""

from typing import Any

MOST_VALUES = 20_000_000
"""Values of a flow, at the most: an empty list takes three bytes in the file and sixty in memory."""

DEEPEST = 30
"""Levels that are read: a flow has half a dozen."""

_LONGEST_LENGTH = 12
"""Digits of a length that are read."""


class BrokenError(ValueError):
    """Bytes that are no typed netstring; the text says why."""


def length_at(data: bytes | bytearray | memoryview, start: int = 0) -> tuple[int, int] | None:
    """The length of the value that begins there and where its payload begins; None while the digits are cut.

    Raises:
        BrokenError: no value begins there.
    """
    digits = bytes(data[start : start + _LONGEST_LENGTH + 1])
    colon = digits.find(b":")
    if colon < 0:
        if digits.isdigit() and len(digits) <= _LONGEST_LENGTH:
            return None
        raise BrokenError("no length where a value should begin")
    if not digits[:colon].isdigit():
        raise BrokenError("no length where a value should begin")
    return int(digits[:colon]), start + colon + 1


def decode(data: bytes, *, cut: bool = False) -> Any:
    """The value that the data holds.

    Args:
        data: one value, with its length and letter.
        cut: it ends before its time: what is whole of it is wanted.

    Raises:
        BrokenError: it is no value, or a cut one of which nothing is whole.
    """
    if data.count(b":") > MOST_VALUES:  # each value has one, and texts only make them more
        raise BrokenError(f"more than {MOST_VALUES:,} values, which is no recording")
    value, _ = _value(memoryview(data), 0, 0, cut=cut)
    return value


def _value(data: memoryview, start: int, depth: int, *, cut: bool) -> tuple[Any, int]:
    if depth > DEEPEST:
        raise BrokenError(f"nested more than {DEEPEST} levels deep")
    found = length_at(data, start)
    if found is None:
        raise BrokenError("cut within a length")
    length, begin = found
    end = begin + length
    if end < len(data):
        return _typed(data[begin:end], data[end], depth), end + 1
    if not cut:
        raise BrokenError("shorter than it says")
    return _cut(data[begin:], depth), len(data)


def _typed(payload: memoryview, letter: int, depth: int) -> Any:
    match chr(letter):
        case ",":
            return bytes(payload)
        case ";":
            return bytes(payload).decode("utf-8", "replace")
        case "#":
            return _number(payload, int)
        case "^":
            return _number(payload, float)
        case "!":
            return bytes(payload) == b"true"
        case "~":
            return None
        case "]":
            return _items(payload, depth)
        case "}":
            return _members(payload, depth)
    raise BrokenError(f"the unknown type {chr(letter)!r}")


def _number(payload: memoryview, kind: type[int] | type[float]) -> int | float:
    if len(payload) > 40:
        raise BrokenError("a number of more than 40 characters")
    try:
        return kind(bytes(payload))
    except ValueError:
        raise BrokenError("a number that is none") from None


def _items(payload: memoryview, depth: int, *, cut: bool = False) -> list[Any]:
    items: list[Any] = []
    place = 0
    while place < len(payload):
        try:
            item, place = _value(payload, place, depth + 1, cut=False)
        except BrokenError:
            if cut:
                break
            raise
        items.append(item)
    return items


def _members(payload: memoryview, depth: int, *, cut: bool = False) -> dict[str, Any]:
    members: dict[str, Any] = {}
    place = 0
    while place < len(payload):
        try:
            key, place = _value(payload, place, depth + 1, cut=False)
            member, place = _value(payload, place, depth + 1, cut=cut)
        except BrokenError:
            if cut:
                break
            raise
        members[key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)] = member
    return members


def _cut(payload: memoryview, depth: int) -> Any:
    """What is whole of a value whose letter is missing: a key tells members, another value tells items."""
    try:
        first, _ = _value(payload, 0, depth + 1, cut=False)
    except BrokenError:
        raise BrokenError("cut, and nothing of it is whole") from None
    if isinstance(first, str | bytes):
        return _members(payload, depth, cut=True)
    return _items(payload, depth, cut=True)


def encode(value: Any) -> bytes:
    """The value as a typed netstring.

    Raises:
        TypeError: it holds something that flow files do not.
    """
    match value:
        case None:
            payload, letter = b"", b"~"
        case bool():
            payload, letter = (b"true" if value else b"false"), b"!"
        case int():
            payload, letter = str(value).encode(), b"#"
        case float():
            payload, letter = repr(value).encode(), b"^"
        case bytes():
            payload, letter = value, b","
        case str():
            payload, letter = value.encode("utf-8", "replace"), b";"
        case list() | tuple():
            payload, letter = b"".join(encode(item) for item in value), b"]"
        case dict():
            payload, letter = b"".join(encode(key) + encode(item) for key, item in value.items()), b"}"
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a flow file")
    return b"%d:%b%b" % (len(payload), payload, letter)
