"""How single wire values are put into words: bounded, whatever their type and size."""

from collections import Counter
from itertools import islice
from typing import Any

SEPARATOR = " · "

MAX_PHRASE = 60
"""Characters shown of one value: about what is left of a wide Info column."""

MAX_ITEMS = 200
"""Items of a list that are looked at: more than any message of a test laboratory held, few enough to cost microseconds."""

_SCALED_UNITS = {"Wh", "W", "VA", "var", "varh"}


def phrase(value: object, limit: int = MAX_PHRASE) -> str:
    """Any JSON value as a text of at most ``limit`` characters; "" for None."""
    match value:
        case str():
            return value if len(value) <= limit else value[: limit - 1] + "…"
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if value.bit_length() <= 128 else f"a number of {value.bit_length()} bits"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case list():
            return f"[{len(value)}]"
        case dict():
            return f"{{{len(value)}}}"
    return type(value).__name__


def token(value: object) -> str:
    """An idTag or idToken: ``04A2…6E80``. Ten characters and more lose their middle."""
    return shortened(value, 9)


def identifier(value: object) -> str:
    """An id that a machine made: a number in full, a UUID as ``1b9d…4bed``."""
    return shortened(value, 12)


def shortened(value: object, limit: int) -> str:
    """A value longer than ``limit`` as its first and last four characters."""
    text = value if isinstance(value, str) else phrase(value)
    return text if len(text) <= limit else f"{text[:4]}…{text[-4:]}"


def moment(value: object) -> str:
    """A time stamp to the minute: ``2025-03-14 09:41``."""
    return phrase(value)[:16].replace("T", " ", 1)


def host(value: object) -> str:
    """The host (and port) of a URL, without user and password."""
    return _without_credentials(value).partition("/")[0].partition("?")[0]


def source(value: object) -> str:
    """Where a file comes from or goes to: ``fw.bin from files.example``, without user, password and query."""
    place, _, path = _without_credentials(value).partition("?")[0].partition("/")
    name = path.rpartition("/")[2]
    return f"{phrase(name, 40)} from {phrase(place, 40)}" if name else phrase(place)


def _without_credentials(value: object) -> str:
    url = phrase(value, 500)
    scheme, separator, rest = url.partition("://")
    # Up to the last @ whatever comes before it: a password may hold an unescaped slash or @.
    return (rest if separator else scheme).rpartition("@")[2]


def size(value: object) -> str:
    """How long a text is: a certificate is not to be read in a list."""
    if not isinstance(value, str):
        return phrase(value)
    return counted(len(value), "character") if len(value) < 1000 else f"{len(value) / 1000:.1f} kB"


def listed(value: object) -> str:
    """The first items of a list: ``a, b, c +2``; what is no list as it is."""
    if not isinstance(value, list):
        return phrase(value)
    shown = ", ".join(phrase(item, 30) for item in value[:3])
    return f"{shown} +{len(value) - 3}" if len(value) > 3 else shown


def amount(value: float, unit: str) -> str:
    """A measured number: ``12.3 kWh``, ``950 Wh``, ``16 A``."""
    if unit in _SCALED_UNITS and abs(value) >= 1000:
        value, unit = value / 1000, f"k{unit}"
    decimals = 2 if abs(value) < 10 else 1
    number = f"{value:.{decimals}f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.3g}"
    unit = "%" if unit == "Percent" else phrase(unit, 16)
    return f"{number} {unit}".strip()


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 entry``, ``12 entries``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def tally(values: Any, *, most: int = 3) -> str:
    """How often each text of an iterable occurs: ``Accepted``, ``Accepted × 3 · Rejected``."""
    counts = Counter(phrase(value, 30) for value in islice(values, MAX_ITEMS))
    words = [text if number == 1 else f"{text} × {number}" for text, number in counts.most_common(most) if text]
    return SEPARATOR.join(words)


def joined(*parts: str) -> str:
    """The parts that say something, with a middle dot between them."""
    return SEPARATOR.join(filter(None, parts))
