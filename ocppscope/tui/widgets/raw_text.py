"""Text that could not be read, in lines of a given width, with a caret under the place where reading failed."""

from textwrap import wrap

from rich.cells import cell_len

from ocppscope.model.visible import visible
from ocppscope.tui.widgets.payload_outline import spaced
from ocppscope.tui.widgets.record_table import Cell

MOST_SHOWN = 64 * 1024
"""Characters shown of one text."""
_BEFORE = 2_000
"""Characters shown before a fault that lies deep inside."""
_BYTES = 16 * 64
_ROW = 16


def raw_lines(text: str, reason: str, position: int | None, width: int, *, plain: bool = False) -> list[Cell]:
    """The text wrapped to a width.

    Args:
        text: exactly as it was sent, of any size: `MOST_SHOWN` characters around the fault are shown.
        reason: one sentence, shown at the caret, or on top when no place is to blame.
        position: index into the text, None when no place is to blame.
        width: cells of a line, at least 8 are used.
        plain: ASCII only.
    """
    width = max(width, 8)
    if position is None:
        return [((f"{reason}", "error"),), (("", ""),), *_text_lines(text, 0, None, width, reason, plain=plain)]
    position = min(max(position, 0), len(text))
    start = max(position - _BEFORE, 0) if position > MOST_SHOWN // 2 else 0
    return _text_lines(text, start, position, width, reason, plain=plain)


def _text_lines(text: str, start: int, position: int | None, width: int, reason: str, *, plain: bool) -> list[Cell]:
    lines: list[Cell] = []
    end = min(len(text), start + MOST_SHOWN)
    if start:
        lines.append(((f"… {spaced(start)} characters before", "muted"),))
    at = start
    while at < end or (at == position == end):
        taken, line, column = _line(text, at, end, position, width)
        before, after = (line, "") if column is None else (line[: column[0]], line[column[0] :])
        tone = "text" if position is None or column is not None or at < position else "muted"
        lines.append(((before, tone), (after[:1], "error bold reverse"), (after[1:], "muted")))
        if column is not None:
            lines += _caret(column[1], visible(reason), width, plain=plain)
            position = -1
        if taken == 0:
            break
        at += taken
    if end < len(text):
        lines.append(((f"… {spaced(len(text) - end)} more characters", "muted"),))
    return lines


def _line(text: str, at: int, end: int, position: int | None, width: int) -> tuple[int, str, tuple[int, int] | None]:
    """As many characters as fit: how many, the shown line, and where in it (index, cell) the fault stands."""
    ahead = text[at : min(at + width, end)]
    if ahead.isascii() and ahead.isprintable() and (position is None or not at <= position <= at + len(ahead)):
        return len(ahead), ahead, None
    shown: list[str] = []
    used = length = 0
    place = None
    index = at
    while index < end:
        piece = visible(text[index])
        size = cell_len(piece)
        if used + size > width and shown:
            break
        if index == position:
            place = (length, used)
        shown.append(piece)
        used += size
        length += len(piece)
        index += 1
    if position is not None and index == position == end and used < width:
        place = (length, used)  # the fault is that the text ends here
    return index - at, "".join(shown), place


def _caret(column: int, reason: str, width: int, *, plain: bool) -> list[Cell]:
    """``▲ reason`` below the place; left of it where there is no room to the right."""
    mark = "^" if plain else "▲"
    if column + 2 + cell_len(reason) <= width:
        return [((" " * column, ""), (mark, "error bold"), (f" {reason}", "error"))]
    if cell_len(reason) + 1 <= column:
        return [((" " * (column - cell_len(reason) - 1), ""), (f"{reason} ", "error"), (mark, "error bold"))]
    return [((" " * column, ""), (mark, "error bold")), *(((line, "error"),) for line in wrap(reason, width))]


def byte_lines(data: bytes, size: int) -> list[Cell]:
    """Bytes as hexadecimal and as characters, the first thousand of them.

    Args:
        data: the bytes, or their beginning.
        size: how many there are in all.
    """
    lines: list[Cell] = []
    for offset in range(0, min(len(data), _BYTES), _ROW):
        row = data[offset : offset + _ROW]
        characters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in row)
        digits = row.hex(" ").ljust(_ROW * 3 - 1)
        lines.append(((f"{offset:04x}  ", "muted"), (digits, "text"), (f"  {characters}", "ok")))
    left = size - min(len(data), _BYTES)
    if left > 0:
        lines.append(((f"… {spaced(left)} more bytes", "muted"),))
    return lines
