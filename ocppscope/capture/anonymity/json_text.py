r"""The values of a JSON text with their places, as far as there is JSON in it.

The text is scanned, not parsed: broken and unfinished JSON gives what can be told. What is not replaced stays as it was
sent, to the last blank, and what is replaced keeps its way of writing: ``\u0041`` becomes another ``\u…``.
"""

import re
from collections.abc import Callable

_TOKEN = re.compile(
    r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"(\s*+:)?|\\?\Z)'  # a string; with a colon behind it a member's name
    r"|[{}\[\]]"
    r'|[^\s,:{}\[\]"]++',  # a number, a literal, or a word that should have been a string
    re.DOTALL,
)

_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
_PLAIN_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_MOST_SIGNS = 64
"""Members of an object whose texts are remembered as signposts."""

SIGNPOSTS = frozenset({
    "key", "vendorid", "type", "format", "name", "issuernamehash", "address1", "city", "user", "password", "server",
})  # fmt: skip
"""Members that tell what the others of their object mean."""


class Place:
    """An object or array.

    Attributes:
        above: what it stands in; None for the outermost.
        name: the member that it stands under, also if there are arrays between; "" for none.
        is_array: what it is.
        is_payload: it is an element of the message itself.
        count: values in it so far.
        signs: text of its signposts, by name in lower case.
        variable: the device model's name of what its values belong to, "" while unknown.
        in_custom_data: it is customData or lies in it.
        in_data: it is ``data`` of the payload, or lies in it.
    """

    __slots__ = (
        "above",
        "count",
        "in_custom_data",
        "in_data",
        "is_array",
        "is_payload",
        "member",
        "name",
        "signs",
        "variable",
    )

    def __init__(self, above: "Place | None", name: str, *, is_array: bool) -> None:
        self.above = above
        self.name = name
        self.is_array = is_array
        self.count = 0
        self.member = name if is_array else ""
        self.signs: dict[str, str] = {}
        self.variable = ""
        # Handed down, because a hostile message is a hundred thousand levels deep with as many values at the bottom.
        self.in_custom_data: bool = name == "customData" or (above is not None and above.in_custom_data)
        self.in_data: bool = above is not None and (above.in_data or (name == "data" and above.is_payload))
        self.is_payload: bool = _depth_is(above, 2)


class Value:
    """A string, number or word.

    Attributes:
        place: what it stands in.
        name: the member that it stands under, "" in the outermost array.
        index: how many values stand before it in its place.
        start, stop: where it stands, without quotation marks.
        is_text: it is a string.
    """

    __slots__ = ("index", "is_text", "name", "place", "start", "stop")

    def __init__(self, place: Place, start: int, stop: int, *, is_text: bool) -> None:
        self.place = place
        self.name = place.member
        self.index = place.count
        self.start = start
        self.stop = stop
        self.is_text = is_text


class Scanned:
    """A text taken apart.

    Attributes:
        values: in the order of the text.
        names: where the names of members stand.
        outermost: an artificial place around everything.
    """

    def __init__(self, text: str) -> None:
        self.values: list[Value] = []
        self.names: list[tuple[int, int]] = []
        self.outermost = Place(None, "", is_array=True)
        inside = self.outermost
        for token in _TOKEN.finditer(text):
            content = token[1]
            if content is not None:
                if token[2] is not None:
                    inside.member = decoded(content)
                    self.names.append(token.span(1))
                else:
                    self._text(inside, content, token)
            elif (sign := token[0]) in "{[":
                inside.count += 1
                inside = Place(inside, inside.member, is_array=sign == "[")
            elif sign in "}]":
                inside = _closed(inside)
            else:
                self.values.append(Value(inside, *token.span(), is_text=False))
                inside.count += 1

    def _text(self, inside: Place, content: str, token: re.Match[str]) -> None:
        value = Value(inside, *token.span(1), is_text=True)
        self.values.append(value)
        inside.count += 1
        if not inside.is_array and (sign := value.name.lower()) in SIGNPOSTS and len(inside.signs) < _MOST_SIGNS:
            inside.signs[sign] = decoded(content)


def _depth_is(place: Place | None, depth: int) -> bool:
    """Whether so many places are around something: two around the payload, the message and the artificial one."""
    for _ in range(depth):
        if place is None:
            return False
        place = place.above
    return place is None


def _closed(inside: Place) -> Place:
    above = inside.above
    if above is None:
        return inside  # one bracket too many
    if inside.name == "variable":
        above.variable = inside.signs.get("name", "")
    return above


def decoded(content: str) -> str:
    """What the inside of a JSON string means."""
    if "\\" not in content:
        return content
    return "".join(map(_character, _UNIT.findall(content)))


def edited(content: str, edit: Callable[[str], str]) -> str:
    """The inside of a JSON string after its meaning was edited.

    Args:
        content: as it stands between the quotation marks.
        edit: gives another text of the same length, without characters that would need an escape.
    """
    if "\\" not in content:
        return edit(content)
    units = _UNIT.findall(content)
    old = "".join(map(_character, units))
    new = edit(old)
    if new == old:
        return content
    return "".join(
        unit if before == after else _unit(after, unit) for unit, before, after in zip(units, old, new, strict=True)
    )


def _character(unit: str) -> str:
    if len(unit) == 1:
        return unit
    if len(unit) == 12:
        return chr(0x10000 + (int(unit[2:6], 16) - 0xD800) * 0x400 + int(unit[8:12], 16) - 0xDC00)
    if len(unit) == 6:
        return chr(int(unit[2:6], 16))
    return _PLAIN_ESCAPES.get(unit[1], unit[1])


def _unit(character: str, sent: str) -> str:
    """The character written as another one was."""
    if len(sent) < 6:
        return character
    code = ord(character)
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
