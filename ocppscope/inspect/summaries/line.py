"""Templates for summaries: ``line("connector {connectorId}", "{idTag:token}", "meter {meterStart} Wh")``.

Each part stands between middle dots and is left out when a member that it names is missing, null or empty. ``{a.b}`` goes
down into objects, ``{a:token}`` names a way of wording. A part may also be a function of the payload. Templates are taken
apart once, when the tables are made.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from ocppscope.inspect.summaries import wording
from ocppscope.protocol.message import Payload

Summary: TypeAlias = Callable[[Payload], str]

_PLACE = re.compile(r"\{([A-Za-z0-9_.]+)(?::([a-z]+))?\}")

_WORDINGS: dict[str | None, Callable[[Any], str]] = {
    None: wording.phrase,
    "token": wording.token,
    "id": wording.identifier,
    "moment": wording.moment,
    "host": wording.host,
    "source": wording.source,
    "size": wording.size,
    "list": wording.listed,
}


def line(*parts: str | Summary) -> Summary:
    """A summary made of parts."""
    made = tuple(_part(part) if isinstance(part, str) else part for part in parts)
    if len(made) == 1:
        return made[0]
    return lambda payload: wording.SEPARATOR.join(filter(None, [part(payload) for part in made]))


def together(*parts: str | Summary) -> Summary:
    """A part made of several, a blank between those that say something: ``connector 1 Available``."""
    made = tuple(_part(part) if isinstance(part, str) else part for part in parts)
    return lambda payload: " ".join(filter(None, [part(payload) for part in made]))


def nothing(_payload: Payload) -> str:
    """The summary of a payload that has no members by definition."""
    return ""


def count_of(name: str, one: str, many: str | None = None) -> Summary:
    """A part that counts the items of an array: ``12 entries``; "" when there is no such array."""

    def part(payload: Payload) -> str:
        items = payload.get(name)
        return wording.counted(len(items), one, many) if isinstance(items, list) else ""

    return part


def when(name: str, yes: str, no: str = "") -> Summary:
    """A part for a boolean member: ``yes`` when it is true, ``no`` when it is false."""

    def part(payload: Payload) -> str:
        value = payload.get(name)
        return yes if value is True else no if value is False else wording.phrase(value)

    return part


def _part(template: str) -> Summary:
    *texts, tail = _PLACE.split(template)
    places = [
        (literal, tuple(path.split(".")), _WORDINGS[way])
        for literal, path, way in zip(texts[::3], texts[1::3], texts[2::3], strict=True)
    ]
    if len(places) == 1 and len(places[0][1]) == 1:
        literal, (name,), words = places[0]
        return partial(_simple, literal, name, words, tail)
    return partial(_compound, places, tail)


def _simple(literal: str, name: str, words: Callable[[Any], str], tail: str, payload: Payload) -> str:
    value = payload.get(name)
    text = "" if value is None else words(value)
    return f"{literal}{text}{tail}" if text else ""


def _compound(places: list[tuple[str, tuple[str, ...], Callable[[Any], str]]], tail: str, payload: Payload) -> str:
    texts: list[str] = []
    for literal, path, words in places:
        value: Any = payload
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        text = "" if value is None else words(value)
        if not text:
            return ""
        texts += (literal, text)
    return "".join(texts) + tail
