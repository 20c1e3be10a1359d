import pytest
from rich.cells import cell_len

from ocppscope.model.visible import visible
from ocppscope.protocol.message import Malformed, parse
from ocppscope.tui.widgets.raw_text import MOST_SHOWN, byte_lines, raw_lines
from ocppscope.tui.widgets.record_table import Cell


def texts(lines: list[Cell]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def drawn(text: str, width: int) -> list[str]:
    message = parse(text)
    assert isinstance(message, Malformed)
    return texts(raw_lines(message.text, message.reason, message.position, width))


def test_a_caret_stands_below_the_character_that_could_not_be_read() -> None:
    lines = drawn('[2,"17","Heartbeat",{]', 80)
    assert lines[0] == '[2,"17","Heartbeat",{]'
    assert lines[1].startswith(" " * 21 + "▲ ")


def test_the_caret_counts_cells_not_characters() -> None:
    lines = drawn('["日本語", x]', 60)
    assert lines[1].index("▲") == cell_len('["日本語", ')


def test_the_caret_counts_what_is_shown_of_control_characters() -> None:
    lines = drawn('["\u202e", x]', 60)
    assert lines[1].index("▲") == len('["\\u202e", ')


def test_a_text_that_ends_too_early_is_marked_behind_its_end() -> None:
    lines = drawn('[2,"17","Heartbeat",{"a":1', 60)
    assert lines[1].index("▲") == len(lines[0])


def test_the_reason_stands_left_of_a_caret_at_the_right_edge() -> None:
    lines = drawn("[" + "1," * 27 + "x]", 60)
    assert lines[1].rstrip().endswith("▲")
    assert len(lines[1]) <= 60


def test_without_a_place_to_blame_the_reason_stands_on_top() -> None:
    assert drawn('[9,"1"]', 60) == ["message type 9 does not exist", "", '[9,"1"]']


def test_an_empty_text_still_has_its_caret() -> None:
    assert drawn("", 60) == ["", "▲ empty message"]


@pytest.mark.parametrize("width", [8, 17, 40])
def test_no_line_is_wider_than_asked(width: int) -> None:
    text = '[2,"17",' + '"日本語\x1b[2J\u202e[/b]"' * 20 + " x"
    lines = raw_lines(text, "made up", 60, width)
    assert max(cell_len(line) for line in texts(lines)) <= width
    assert visible("".join(texts(lines))) == "".join(texts(lines))


def test_a_fault_deep_inside_a_megabyte_is_found_without_drawing_the_megabyte() -> None:
    text = "x" * 500_000 + "!" + "y" * 500_000
    lines = texts(raw_lines(text, "made up", 500_000, 80))
    assert lines[0] == "… 498 000 characters before"
    assert sum(map(len, lines)) < MOST_SHOWN + 1_000
    place = next(row for row, line in enumerate(lines) if "▲" in line)
    assert lines[place - 1][lines[place].index("▲")] == "!"
    assert lines[-1].endswith("more characters")


def test_a_hundred_thousand_brackets_are_bounded() -> None:
    lines = drawn("[" * 100_000, 80)
    assert len(lines) < 1_000


def test_bytes_are_shown_as_digits_and_characters() -> None:
    lines = texts(byte_lines(b"\x00Hello\xff\x1b" * 4, 32))
    assert lines[0].startswith("0000  00 48 65 6c 6c 6f ff 1b")
    assert lines[0].endswith("  ·Hello···Hello··")
    assert len(lines) == 2


def test_only_the_first_bytes_of_many_are_shown() -> None:
    lines = texts(byte_lines(b"x" * 65_536, 1_000_000))
    assert len(lines) == 65
    assert lines[-1] == "… 998 976 more bytes"
