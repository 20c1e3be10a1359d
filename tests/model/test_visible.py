"""No wire text reaches a terminal as anything but characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.model.visible import visible

OBEYED_OR_UNSEEN = [
    chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
]
TAGS = [chr(code) for code in range(0xE0000, 0xE0080)]


def test_controls_are_shown_as_their_pictures() -> None:
    assert visible("\x00\x07\x1b[31m\r\n\t\x7f") == "␀␇␛[31m␍␊␉␡"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x9b31m", "\\u009b31m"),
        ("\x85", "\\u0085"),
        ("abc\u202edcba", "abc\\u202edcba"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\u200bb\u200d\ufeff", "a\\u200bb\\u200d\\ufeff"),
        ("soft\xadhyphen", "soft\\u00adhyphen"),
        ("a\u2028b\u2029", "a\\u2028b\\u2029"),
        ("\ud800", "\\ud800"),
        ("flag\U000e0067", "flag\\U000e0067"),
    ],
)
def test_what_has_no_picture_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_an_osc_52_payload_cannot_write_the_clipboard() -> None:
    payload = "\x1b]52;c;cm0gLXJmIH4=\x07 and \x9d52;c;cm0gLXJmIH4=\x9c"
    assert visible(payload) == "␛]52;c;cm0gLXJmIH4=␇ and \\u009d52;c;cm0gLXJmIH4=\\u009c"


@pytest.mark.parametrize("character", ["a", " ", "é", "ß", "日", "😀", "·", "…", "\u0301", "\xa0", "ด", "א"])
def test_ordinary_characters_of_any_script_stay(character: str) -> None:
    assert visible(f"x{character}y") == f"x{character}y"


def test_every_control_format_and_separator_character_of_unicode_is_replaced() -> None:
    for character in OBEYED_OR_UNSEEN + TAGS:
        shown = visible(f"a{character}b")
        assert character not in shown, hex(ord(character))
        assert shown.startswith("a")
        assert shown.endswith("b")


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abcdefg", 1, "…"),
        ("abcdefg", 0, ""),
        ("", 0, ""),
        ("\x1b\x1b\x1b", 3, "␛␛␛"),
        ("\x9b\x9b", 12, "\\u009b\\u009b"),
        ("\x9b\x9b", 11, "\\u009b\\u00…"),
        ("x" * 1_000_000, 4, "xxx…"),
    ],
)
def test_a_limit_bounds_what_is_shown_not_what_was_sent(text: str, limit: int, shown: str) -> None:
    assert visible(text, limit) == shown


@given(st.text(), st.none() | st.integers(0, 20))
def test_whatever_comes_in_nothing_unsafe_goes_out(text: str, limit: int | None) -> None:
    shown = visible(text, limit)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in shown)
    assert "\n" not in shown
    assert limit is None or len(shown) <= limit
    assert visible(shown) == shown
