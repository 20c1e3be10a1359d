"""Printed words compared as an eye would: case, blanks, look-alike letters and a misread letter or two do not count."""

import re

_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухӏԁԛԝɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABESIJKMHOPCTYXaesijopcyxldqwgABEZHIKMNOPTYXo",
)
"""Cyrillic and Greek letters that look exactly like Latin ones; text recognition mixes them up."""

LONGEST_HEADING = 120
"""Characters of a line that may be a heading, a label or a header row; longer ones are prose."""


def latin(text: str) -> str:
    """The text with look-alike letters as the Latin ones that they look like."""
    return text if text.isascii() else text.translate(_LOOK_ALIKES)


def normal(text: str) -> str:
    """The form in which headings, labels and header cells are compared: ``test laboratory`` for ``Test  Laboratory :``."""
    squeezed = " ".join(latin(text).casefold().split())
    return re.sub(r"\s*/\s*", " / ", squeezed).strip(" :")


def distance(one: str, other: str, limit: int = 2) -> int:
    """How many letters must be changed, added or left out to come from one text to the other; at most ``limit`` + 1."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, against in enumerate(other, 1):
            change = before[column - 1] + (letter != against)
            current.append(min(change, before[column] + 1, current[-1] + 1))
        if min(current) > limit:
            return limit + 1
        before = current
    return min(before[-1], limit + 1)
