"""Typed looks into a payload whose shape nobody guarantees.

Payloads come from the wire: any member may be missing or of another type. These functions answer None instead of raising,
so that what reads them needs no defence of its own.
"""

import math
import re
from datetime import UTC, datetime
from typing import Any

from ocppscope.protocol.message import Payload

_NUMBER = re.compile(r"[+-]?[0-9]{1,50}(\.[0-9]{0,50})?([eE][+-]?[0-9]{1,3})?").fullmatch


def value_at(payload: Any, *names: str) -> Any:
    """The member below a chain of names, or None where any of them is missing or no object."""
    for name in names:
        if not isinstance(payload, dict):
            return None
        payload = payload.get(name)
    return payload


def text_at(payload: Any, *names: str) -> str | None:
    """The string there."""
    # A single name is by far the most frequent: looked up here it costs half.
    value = payload.get(names[0]) if len(names) == 1 and type(payload) is dict else value_at(payload, *names)
    return value if isinstance(value, str) else None


def integer_at(payload: Any, *names: str) -> int | None:
    """The integer there (no booleans, no 1.0)."""
    value = payload.get(names[0]) if len(names) == 1 and type(payload) is dict else value_at(payload, *names)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number_at(payload: Any, *names: str) -> float | None:
    """The number there; a string that is one counts, because 1.6 sends sampled values as strings."""
    value = payload.get(names[0]) if len(names) == 1 and type(payload) is dict else value_at(payload, *names)
    if isinstance(value, str):
        if _NUMBER(value) is None:
            return None  # float() also takes 1_000, digits of any script, blanks around, and a megabyte of digits
    elif type(value) is not float and type(value) is not int:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def objects_at(payload: Any, *names: str) -> list[Payload]:
    """The objects of the array there; whatever else it holds is left out."""
    value = value_at(payload, *names)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def time_at(payload: Any, *names: str) -> datetime | None:
    """The point in time there, in UTC; a text without a zone is taken as UTC, as most senders mean it."""
    text = text_at(payload, *names)
    if text is None or len(text) > 40:
        return None
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is UTC:
            return time
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
