"""The text of a message with its JSON laid out and coloured.

Token by token, never parsed: each piece stands there exactly as it was sent, duplicates and all, and what is no JSON is
shown, too. Only blanks between tokens are replaced.
"""

import re
from collections.abc import Iterator
from itertools import islice

from ocppscope.report.html.markup import Html, fragment, tag

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},:]|[^\s"\[\]{},:]+', re.DOTALL)
_COLON = re.compile(r"\s*:")

MOST_TOKENS = 2_000
"""Tokens that are laid out; the text goes on as it is behind them."""

ONE_LINE = 88
"""Characters of a message that is short enough to stand on one line."""

_DEEPEST_PATH = 40
"""Levels at which a value is looked for: a path is made anew for each, and no schema has more than a dozen."""

_DEEPEST = 12
"""Levels that are indented: deeper ones stand at the same place."""


def json_text(text: str, path: str | None = None) -> Html:
    """A message, laid out.

    Args:
        text: anything.
        path: of a value to be marked: ``$.status`` in the payload, ``$[1]`` in the array around it.
    """
    if not text.lstrip().startswith("["):
        return tag("pre", text)
    return tag("pre", fragment(*_pieces(text, path, wrapped=len(text) > ONE_LINE)))


def _pieces(text: str, path: str | None, *, wrapped: bool) -> Iterator[Html | str]:
    places = _Places(path)
    end = 0
    depth = 0
    before = ""
    for match in islice(_TOKEN.finditer(text), MOST_TOKENS):
        piece, end = match[0], match.end()
        if piece in "]}":
            depth = max(depth - 1, 0)
        yield _between(before, piece, depth, wrapped=wrapped)
        yield places.shown(piece, text, end)
        if piece in "[{":
            depth += 1
        before = piece
    rest = text[end:].strip()
    if rest:
        yield fragment(" ", rest)


def _between(before: str, piece: str, depth: int, *, wrapped: bool) -> Html | str:
    """What stands between two tokens: lines within the payload, none within the array around it, and within what is empty."""
    is_inside = before in (",", "{", "[") or piece in "]}"
    is_empty = before in ("{", "[") and piece in "]}"
    if wrapped and is_inside and not is_empty and (depth > 1 or piece == "}"):
        return _line(depth - 1)
    return " " if before in (",", ":") else ""


def _line(depth: int) -> Html:
    return Html("\n" + "  " * min(depth, _DEEPEST))


class _Places:
    """Knows at each piece where it stands, by the payload's path or by that of the message."""

    def __init__(self, path: str | None) -> None:
        self._wanted = path
        self._stack: list[int | str | None] = []

    def shown(self, piece: str, text: str, end: int) -> Html:
        """A piece in its colour; marked where it is the name or the value that is wanted."""
        stack = self._stack
        kind = "p"
        is_wanted = False
        if piece in "[{":
            stack.append(0 if piece == "[" else None)
        elif piece in "]}":
            if stack:
                stack.pop()
        elif piece == ",":
            if stack and isinstance(stack[-1], int):
                stack[-1] += 1
            elif stack:
                stack[-1] = None
        elif piece != ":":
            is_key = bool(stack) and stack[-1] is None and piece[0] == '"' and _COLON.match(text, end) is not None
            if is_key:
                stack[-1] = piece.strip('"')
            kind = "k" if is_key else "s" if piece[0] == '"' else "n"
            is_wanted = self._is_wanted()
        made = tag("span", piece, class_=kind)
        return tag("mark", made) if is_wanted else made

    def _is_wanted(self) -> bool:
        if self._wanted is None or not 0 < len(self._stack) <= _DEEPEST_PATH:
            return False
        whole = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self._stack]
        return self._wanted in ("$" + "".join(whole), "$" + "".join(whole[1:]))
