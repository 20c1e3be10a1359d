"""How long the parts of a capture become and how many are kept, and the words in which people say so."""

import re

import msgspec

_SIZES = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_SECONDS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([KMGT]?)(?:I?B)?", re.ASCII | re.IGNORECASE)
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*(s|min|m|h|d|w)", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of the finished parts, beside the one that is being written; one of the three.

    Attributes:
        parts: the newest so many.
        bytes: the newest that need no more than so many bytes on the disk.
        seconds: those whose last record is no older.
    """

    parts: int | None = None
    bytes: int | None = None
    seconds: int | None = None


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a further part begins.

    Attributes:
        size: bytes of a part, as it lies on the disk.
        seconds: at multiples of so many by the UTC clock: 3600 is on the hour.
        keep: which finished parts are kept; all without.
    """

    size: int | None = None
    seconds: int | None = None
    keep: Keep | None = None

    @property
    def possible(self) -> bool:
        """Whether there is a size or a time, and all of them greater than 0."""
        given = [number for number in (self.size, self.seconds) if number is not None]
        return bool(given) and all(number > 0 for number in given)


def parse_size(text: str) -> int:
    """Bytes of ``100M``, ``1.5GiB``, ``500000``; K, M, G and T are powers of 1024.

    Raises:
        ValueError: it says none, in words for the user.
    """
    match = _SIZE.fullmatch(text.strip())
    size = int(float(match[1]) * _SIZES[match[2].upper()]) if match else 0
    if size < 1:
        raise ValueError(f"{text!r} is no size: write one such as 100M or 1G")
    return size


def parse_duration(text: str) -> int:
    """Seconds of ``30s``, ``15min``, ``1h``, ``7d``.

    Raises:
        ValueError: it says none, in words for the user.
    """
    match = _DURATION.fullmatch(text.strip())
    seconds = int(float(match[1]) * _SECONDS[match[2]]) if match else 0
    if seconds < 1:
        raise ValueError(f"{text!r} is no duration: write one such as 15min, 1h or 7d")
    return seconds


def parse_keep(text: str) -> Keep:
    """``10`` parts, ``50G`` or ``30d``.

    Raises:
        ValueError: it says neither, in words for the user.
    """
    text = text.strip()
    if _COUNT.fullmatch(text):
        return Keep(parts=int(text))
    if text.endswith("m"):
        # What is thrown away by a misunderstanding does not come back.
        raise ValueError(f"{text!r} may mean minutes or megabytes: write {text}in or {text[:-1]}M")
    try:
        return Keep(seconds=parse_duration(text))
    except ValueError:
        pass
    try:
        return Keep(bytes=parse_size(text))
    except ValueError:
        raise ValueError(f"{text!r} is no number of parts, size or duration: write 10, 50G or 30d") from None
