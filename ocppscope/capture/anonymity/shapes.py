"""Texts of the same shape: as long, with letters, digits and signs in the same places."""

import string

_DIGITS = string.digits
_FIRST_DIGITS = "123456789"
_LETTERS = string.ascii_lowercase
_HEX_LETTERS = "abcdef"

# Letters outside ASCII become others that take as many bytes in UTF-8, so that a message keeps its size.
_TWO_BYTES = "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ"
_THREE_BYTES = "".join(map(chr, range(0x4E00, 0x5200)))
_FOUR_BYTES = "".join(map(chr, range(0x20000, 0x20400)))

NOISE_PER_CHARACTER = 2
"""Bytes of noise for each character: with one, the letters would not be equally frequent."""


def folded(text: str) -> str:
    """The text in lower case, character by character, so that it keeps its length."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def like_case(text: str, pattern: str) -> str:
    """The text with capitals where the pattern, which is as long, has them."""
    if pattern.islower():
        return text
    return "".join(char.upper() if model.isupper() else char for char, model in zip(text, pattern, strict=True))


def is_hexadecimal(text: str) -> bool:
    """Whether it looks like a number in hexadecimal: eight digits or more."""
    return len(text) >= 8 and all(char in string.hexdigits or char in ":-" for char in text)


def shaped(text: str, noise: bytes, *, hexadecimal: bool) -> str:
    """Another text of the same shape, in lower case.

    Args:
        text: in lower case.
        noise: `NOISE_PER_CHARACTER` bytes for each character.
        hexadecimal: letters stay hexadecimal digits.

    Returns:
        A text with as many characters and bytes; all signs, blanks and control characters, and a leading zero, are as they
        were, so that a number stays a number.
    """
    letters = _HEX_LETTERS if hexadecimal else _LETTERS
    result = []
    for at, char in enumerate(text):
        choice = _choice(char, letters) if at or char not in _DIGITS else (_FIRST_DIGITS if char != "0" else None)
        if choice is None:
            result.append(char)
        else:
            place = int.from_bytes(noise[at * NOISE_PER_CHARACTER : (at + 1) * NOISE_PER_CHARACTER])
            result.append(choice[place % len(choice)])
    return "".join(result)


def blotted(text: str) -> str:
    """The text with every letter an x and every digit a 0, a leading one a 1: its shape and nothing else."""
    blank = shaped(folded(text), bytes(len(text) * NOISE_PER_CHARACTER), hexadecimal=False)
    return like_case("".join("x" if "a" <= char <= "z" else char for char in blank), text)


def _choice(char: str, letters: str) -> str | None:
    """What may stand for a character; None where it stays."""
    if char < "\x80":
        return _DIGITS if char in _DIGITS else letters if char.isalpha() else None
    if not char.isalnum():
        return None
    return _TWO_BYTES if char < "\u0800" else _THREE_BYTES if char < "\U00010000" else _FOUR_BYTES
